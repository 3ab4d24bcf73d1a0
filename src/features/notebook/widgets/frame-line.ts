/** What one frame has been told of the widgets, and what it waits for. It hears of the models that it asked for. */
import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { WidgetModel, WidgetModels } from '@atelier-ide/core/widgets/widget-book.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';
import type { FrameModel, WidgetFromPage, WidgetToPage } from '@/output-frame/widgets/widget-protocol.ts';
import { readWidgetMessage } from './read-widget-message.ts';

/** The part of an output frame that widgets use. */
export type WidgetFrame = {
  onWidgetMessage: Event<unknown>;
  sendWidget(message: WidgetFromPage, transfer: Transferable[]): void;
};

const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

export class FrameLine implements Disposable {
  readonly #frame: WidgetFrame;
  readonly #listener: Disposable;
  /** Models that the frame has, and those of them that a kernel has too. */
  readonly #seen = new Set<string>();
  readonly #live = new Set<string>();
  readonly #waiting = new Set<string>();
  /** Message to the kernel → the frame's own id of it. */
  readonly #sent = new Map<string, string>();

  constructor(frame: WidgetFrame, receive: (message: WidgetToPage) => void) {
    this.#frame = frame;
    this.#listener = frame.onWidgetMessage((payload) => {
      const message = readWidgetMessage(payload);
      if (message) receive(message);
    });
  }

  /** The answer comes later. */
  wait(id: string): void {
    this.#waiting.add(id);
  }

  waiting(): string[] {
    return [...this.#waiting];
  }

  /** The frame has this model of the kernel. */
  has(id: string): boolean {
    return this.#live.has(id);
  }

  tell(models: WidgetModels, isLive: boolean): void {
    const told: FrameModel[] = [];
    for (const [id, model] of models) {
      this.#waiting.delete(id);
      // A model that the frame has hears messages; one that is not live yet becomes so.
      if (isLive && this.#live.has(id)) continue;
      if (isLive) this.#live.add(id);
      this.#seen.add(id);
      told.push(frameModel(id, model, isLive));
    }
    const transfer = told.flatMap(({ buffers }) => buffers);
    if (told.length > 0) this.#frame.sendWidget({ type: 'models', models: told }, transfer);
  }

  /** The kernel told these as a whole: what the frame has of them is brought up to date. */
  tellAgain(ids: readonly string[], models: WidgetModels): void {
    const again = new Map<string, WidgetModel>();
    for (const id of ids) {
      const model = models.get(id);
      if (!model || !this.#seen.has(id)) continue;
      this.#live.delete(id);
      again.set(id, model);
    }
    this.tell(again, true);
  }

  missing(id: string): void {
    this.#waiting.delete(id);
    this.#frame.sendWidget({ type: 'missing', id }, []);
  }

  message(id: string, { content, buffers, parent_header: parent }: JupyterMessage): void {
    if (!this.#live.has(id) || !isJsonObject(content['data'])) return;
    const copies = buffers.map(copyOf);
    const parentId = this.#sent.get(parent.msg_id ?? '') ?? '';
    const message = { type: 'message', id, parentId, data: content['data'], buffers: copies } as const;
    this.#frame.sendWidget(message, copies);
  }

  update(id: string, state: JsonObject): void {
    if (!this.#live.has(id)) return;
    const data = { method: 'update', state, buffer_paths: [] };
    this.#frame.sendWidget({ type: 'message', id, parentId: '', data, buffers: [] }, []);
  }

  close(id: string): void {
    this.#live.delete(id);
    if (this.#seen.delete(id)) this.#frame.sendWidget({ type: 'close', id }, []);
  }

  module(name: string, code: string | null): void {
    this.#frame.sendWidget({ type: 'module', name, code }, []);
  }

  didSend(requestId: string, messageId: string): void {
    this.#sent.set(requestId, messageId);
  }

  notSent(messageId: string): void {
    this.#frame.sendWidget({ type: 'done', messageId }, []);
  }

  /** The kernel is done with a message. */
  didFinish(requestId: string): void {
    const messageId = this.#sent.get(requestId);
    if (messageId === undefined) return;
    this.#sent.delete(requestId);
    this.#frame.sendWidget({ type: 'done', messageId }, []);
  }

  finishAll(): void {
    for (const requestId of this.#sent.keys()) this.didFinish(requestId);
  }

  disconnect(): void {
    this.#live.clear();
    this.#sent.clear();
    this.#frame.sendWidget({ type: 'disconnected' }, []);
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

function frameModel(id: string, { name, module, version, state }: WidgetModel, isLive: boolean): FrameModel {
  const paths = state.binary.map(({ path }) => [...path]);
  const buffers = state.binary.map(({ bytes }) => copyOf(bytes));
  return { id, name, module, version, values: state.values, paths, buffers, isLive };
}
