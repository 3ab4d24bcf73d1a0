import type { ICallbacks, IClassicComm } from '@jupyter-widgets/base';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';

/** What a model hears from its kernel. */
export type CommMessage = {
  content: { comm_id: string; data: JsonObject };
  metadata: JsonObject;
  parent_header: { msg_id: string };
  buffers: DataView[];
};

export type CommSend = {
  kind: 'comm_msg' | 'comm_close';
  id: string;
  data: unknown;
  metadata: unknown;
  buffers: readonly (ArrayBuffer | ArrayBufferView)[];
  callbacks: ICallbacks | undefined;
};

/** One model's end of its comm: the page has the other. Messages that come before the model listens wait for it. */
export class FrameComm implements IClassicComm {
  readonly comm_id: string;
  readonly target_name = 'jupyter.widget';
  readonly #send: (message: CommSend) => string;
  #onMessage: ((message: CommMessage) => void) | null = null;
  #onClose: ((message: unknown) => void) | null = null;
  readonly #early: CommMessage[] = [];

  constructor(id: string, send: (message: CommSend) => string) {
    this.comm_id = id;
    this.#send = send;
  }

  /** The kernel opened it. */
  open(): string {
    return '';
  }

  // The library's own signature.
  // oxlint-disable-next-line max-params
  send(
    data: unknown,
    callbacks?: ICallbacks,
    metadata: unknown = {},
    buffers: readonly (ArrayBuffer | ArrayBufferView)[] = [],
  ): string {
    return this.#send({ kind: 'comm_msg', id: this.comm_id, data, metadata, buffers, callbacks });
  }

  close(data: unknown = {}, callbacks?: ICallbacks, metadata: unknown = {}): string {
    return this.#send({ kind: 'comm_close', id: this.comm_id, data, metadata, buffers: [], callbacks });
  }

  on_msg(listener: (message: CommMessage) => void): void {
    this.#onMessage = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  on_close(listener: (message: unknown) => void): void {
    this.#onClose = listener;
  }

  receive(message: CommMessage): void {
    if (this.#onMessage) this.#onMessage(message);
    else this.#early.push(message);
  }

  receiveClose(): void {
    this.#onClose?.({});
  }
}
