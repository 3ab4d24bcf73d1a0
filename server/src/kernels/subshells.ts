/**
 * Subshells that pages asked for are threads in the kernel: they end with the page that has them. A page that comes
 * back makes a new one, so its former one ends as soon as its socket does. Stock clients keep theirs over a
 * reconnect, as with plain Jupyter, and are left alone.
 */
import { randomUUID } from 'node:crypto';
import { type FrameHead, contentOf, requestFrame } from './frame.ts';

export type SubshellsHost = {
  /** Session of the server's own requests. */
  session: string;
  /** A cursor client of this key is attached. */
  isHere: (key: string) => boolean;
  send: (frame: Uint8Array) => void;
};

export class Subshells {
  readonly #host: SubshellsHost;
  /** Request → the client that asked. */
  readonly #asked = new Map<string, string>();
  /** Subshell → the client that has it. */
  readonly #owners = new Map<string, string>();

  constructor(host: SubshellsHost) {
    this.#host = host;
  }

  /** A client's request is on its way to the kernel. */
  asked(key: string, head: FrameHead): void {
    if (head.type === 'create_subshell_request' && this.#host.isHere(key)) this.#asked.set(head.id, key);
  }

  /** The kernel has answered a create_subshell_request. */
  made(head: FrameHead, frame: Uint8Array): void {
    const key = this.#asked.get(head.parentId);
    this.#asked.delete(head.parentId);
    const id = contentOf(frame)['subshell_id'];
    if (key === undefined || typeof id !== 'string') return;
    if (this.#host.isHere(key)) this.#owners.set(id, key);
    else this.#delete(id);
  }

  /** The client's socket is gone. */
  didLeave(key: string): void {
    for (const [id, owner] of this.#owners) {
      if (owner !== key) continue;
      this.#owners.delete(id);
      this.#delete(id);
    }
  }

  /** The kernel's process ended, and all its threads with it. */
  forget(): void {
    this.#asked.clear();
    this.#owners.clear();
  }

  #delete(id: string): void {
    const parts = { type: 'delete_subshell_request', id: randomUUID(), content: { subshell_id: id } };
    this.#host.send(requestFrame({ channel: 'control', session: this.#host.session, ...parts }));
  }
}
