import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { CommRequest } from './kernels-service.ts';

/** Controls wait for the kernel between two messages, so few are here; beyond these somebody floods a cut line. */
const MAX_MESSAGES = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;

type Entry = { request: CommRequest; line: number };

/**
 * Messages of comms until the journal shows them: what a person set while the line was cut, or what the line took with
 * it, goes over the next line, in order. They are sent behind all that the journal has, so none is sent twice.
 */
export class CommOutbox {
  readonly #send: (request: CommRequest) => void;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  /** Number of the line over which messages go now; 0 = none stands. */
  #line = 0;
  #lines = 0;

  constructor(send: (request: CommRequest) => void) {
    this.#send = send;
  }

  /** False where too much waits: it was not taken. */
  add(request: CommRequest): boolean {
    if (this.#entries.size >= MAX_MESSAGES || this.#bytes > MAX_BYTES) return false;
    this.#entries.set(request.id, { request, line: this.#line });
    this.#bytes += sizeOf(request);
    if (this.#line > 0) this.#send(request);
    return true;
  }

  /** A line stands, and everything that the journal had has been heard. */
  open(): void {
    this.#line = ++this.#lines;
    for (const entry of this.#entries.values()) {
      entry.line = this.#line;
      this.#send(entry.request);
    }
  }

  get isOpen(): boolean {
    return this.#line > 0;
  }

  /** The line is cut, or the past is being told. */
  close(): void {
    this.#line = 0;
  }

  /** Whether a message still has to go over the line that stands now. */
  isDue(id: string): boolean {
    return this.#line > 0 && this.#entries.get(id)?.line === this.#line;
  }

  /** Something has arrived at the kernel. */
  hear({ header }: JupyterMessage): void {
    this.#remove(header.msg_id);
  }

  /** The journal has holes: what was sent may have arrived. */
  didReset(): void {
    for (const [id, { line }] of this.#entries) if (line > 0) this.#remove(id);
  }

  forget(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#bytes -= sizeOf(entry.request);
  }
}

function sizeOf({ buffers = [] }: CommRequest): number {
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
