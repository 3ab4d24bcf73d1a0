import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { isJsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { JupyterMessage, MessageParts } from '@atelier-ide/core/wire/message.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '../clock.ts';
import type { Completion, HelpAnswer, Inspection, KernelAssist } from './kernels-service.ts';
import { toCodePoints, toUtf16 } from './code-points.ts';

/**
 * Questions about code. They go to a subshell of their own where the kernel has such, so that they are answered while a
 * cell runs. Where it has none, nothing is sent while the kernel works: the question would wait behind the cell, and
 * the next cell behind the question. Every question ends: answered, given up after a time, or cut off with the line
 * or the kernel's process; what comes after its end is dropped.
 */
export type AssistLine = {
  clock: Clock;
  newId(): string;
  isOpen(): boolean;
  /** The main shell is free: what is sent there is answered now. */
  isIdle(): boolean;
  send(parts: Omit<MessageParts, 'session' | 'date'>): boolean;
};

export type ManagedAssist = KernelAssist &
  Disposable & {
    /** Everything the kernel sends. */
    receive(message: JupyterMessage): void;
    /** The line or the process of the kernel is another one now. */
    startOver(): void;
    /** A shell that answers while a cell runs; null where the kernel has none. */
    subshell(): Promise<string | null>;
  };

const ANSWER_MS = 10_000;
/** The control channel answers at once, whatever runs. */
const CONTROL_MS = 5_000;

export function createKernelAssist(line: AssistLine): ManagedAssist {
  return new Assist(line);
}

type Why = 'busy' | 'late' | 'cut';
type Asked = { ok: true; content: JsonObject } | { ok: false; why: Why };
type Pending = { type: string; end(asked: Asked): void };
type Question = Pick<MessageParts, 'channel' | 'type' | 'content'> & { subshellId?: string };

class Assist implements ManagedAssist {
  readonly #line: AssistLine;
  readonly #pending = new Map<string, Pending>();
  /** Null until the kernel has told. */
  #hasSubshells: boolean | null = null;
  #subshell: Promise<string | null> | null = null;
  #subshellId: string | null = null;
  /** Counts lines and processes of the kernel. */
  #generation = 0;
  /** One that the kernel may still have from before the line was cut. */
  #left: string | null = null;

  constructor(line: AssistLine) {
    this.#line = line;
  }

  async complete(code: string, offset: number, signal?: AbortSignal): Promise<HelpAnswer<Completion[]>> {
    const content = { code, cursor_pos: toCodePoints(code, offset) };
    const asked = await this.#ask('complete_request', content, signal);
    return asked.ok ? { ok: true, value: completionsOf(code, asked.content) } : asked;
  }

  async inspect(
    code: string,
    offset: number,
    { detail = 0, signal }: { detail?: 0 | 1; signal?: AbortSignal | undefined } = {},
  ): Promise<HelpAnswer<Inspection | null>> {
    const content = { code, cursor_pos: toCodePoints(code, offset), detail_level: detail };
    const asked = await this.#ask('inspect_request', content, signal);
    return asked.ok ? { ok: true, value: inspectionOf(asked.content) } : asked;
  }

  async history(count: number): Promise<HelpAnswer<string[]>> {
    const content = { output: false, raw: true, hist_access_type: 'tail', n: count };
    const asked = await this.#ask('history_request', content);
    return asked.ok ? { ok: true, value: sourcesOf(asked.content) } : asked;
  }

  receive(message: JupyterMessage): void {
    const { header, parent_header, content } = message;
    if (header.msg_type === 'kernel_info_reply') this.#learn(content);
    const id = parent_header.msg_id;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (!pending || header.msg_type !== pending.type.replace('_request', '_reply')) return;
    pending.end({ ok: true, content });
  }

  startOver(): void {
    this.#generation += 1;
    this.#left = this.#subshellId ?? this.#left;
    this.#subshell = null;
    this.#subshellId = null;
    for (const pending of this.#pending.values()) pending.end({ ok: false, why: 'cut' });
  }

  dispose(): void {
    const id = this.#subshellId;
    this.startOver();
    if (id !== null) this.#deleteSubshell(id);
  }

  async #ask(type: string, content: JsonObject, signal?: AbortSignal): Promise<Asked> {
    const before = this.#generation;
    let subshell = this.#line.isOpen() ? await this.#ownSubshell() : null;
    // The kernel's process changed meanwhile: nothing was asked yet, so the new one can be.
    if (before !== this.#generation && this.#line.isOpen()) subshell = await this.#ownSubshell();
    if (!this.#line.isOpen() || signal?.aborted === true) return { ok: false, why: 'cut' };
    if (subshell === null && !this.#line.isIdle()) return { ok: false, why: 'busy' };
    const question: Question = { channel: 'shell', type, content };
    const asked = await this.#send(subshell === null ? question : { ...question, subshellId: subshell }, {
      ms: ANSWER_MS,
      signal,
    });
    // Somebody else ended it; the next question makes a new one.
    if (asked.ok && asked.content['ename'] === 'UnknownSubshellError' && subshell === this.#subshellId) {
      this.#subshell = null;
      this.#subshellId = null;
    }
    return asked;
  }

  subshell(): Promise<string | null> {
    return this.#line.isOpen() ? this.#ownSubshell() : Promise.resolve(null);
  }

  async #ownSubshell(): Promise<string | null> {
    if (this.#hasSubshells === null) {
      await this.#send({ channel: 'control', type: 'kernel_info_request', content: {} }, { ms: CONTROL_MS });
    }
    if (this.#hasSubshells !== true) return null;
    this.#subshell ??= this.#createSubshell();
    return this.#subshell;
  }

  async #createSubshell(): Promise<string | null> {
    const left = this.#left;
    this.#left = null;
    if (left !== null) this.#deleteSubshell(left);
    const asked = await this.#send(
      { channel: 'control', type: 'create_subshell_request', content: {} },
      { ms: CONTROL_MS },
    );
    const id = asked.ok ? asked.content['subshell_id'] : undefined;
    if (typeof id === 'string') {
      this.#subshellId = id;
      return id;
    }
    // A kernel that says it has subshells and makes none is asked no more; a cut line is asked again.
    if (asked.ok) this.#hasSubshells = false;
    else this.#subshell = null;
    return null;
  }

  #deleteSubshell(id: string): void {
    const parts = { channel: 'control', type: 'delete_subshell_request', id: this.#line.newId() } as const;
    this.#line.send({ ...parts, content: { subshell_id: id } });
  }

  #learn(content: JsonObject): void {
    const features = content['supported_features'];
    this.#hasSubshells ??= Array.isArray(features) && features.includes('kernel subshells');
  }

  #send(
    question: Question,
    { ms, signal }: { ms: number; signal?: AbortSignal | undefined },
  ): Promise<Asked> {
    return new Promise((resolve) => {
      const id = this.#line.newId();
      const stop = () => end({ ok: false, why: 'cut' });
      const timer = this.#line.clock.after(ms, () => end({ ok: false, why: 'late' }));
      const end = (asked: Asked) => {
        timer.dispose();
        signal?.removeEventListener('abort', stop);
        this.#pending.delete(id);
        resolve(asked);
      };
      signal?.addEventListener('abort', stop);
      this.#pending.set(id, { type: question.type, end });
      if (!this.#line.send({ ...question, id })) stop();
    });
  }
}

/** What the kernel offers, with types where it tells them. Places are offsets in the code. */
function completionsOf(code: string, content: JsonObject): Completion[] {
  const place = (value: unknown, otherwise: number) =>
    typeof value === 'number' ? toUtf16(code, value) : otherwise;
  const start = place(content['cursor_start'], code.length);
  const end = place(content['cursor_end'], start);
  const metadata = content['metadata'];
  const typed = isJsonObject(metadata) ? metadata['_jupyter_types_experimental'] : undefined;
  const matches = Array.isArray(content['matches']) ? content['matches'] : [];
  const word = (value: unknown) => (typeof value === 'string' && value !== '<unknown>' ? value : '');
  if (Array.isArray(typed) && typed.length > 0) {
    return typed.flatMap((one) => {
      if (!isJsonObject(one) || typeof one['text'] !== 'string') return [];
      return {
        text: one['text'],
        start: place(one['start'], start),
        end: place(one['end'], end),
        type: word(one['type']),
        signature: word(one['signature']),
      };
    });
  }
  return matches.flatMap((text) =>
    typeof text === 'string' ? { text, start, end, type: '', signature: '' } : [],
  );
}

/** Each entry is session, line, and the source (with its output where that is asked for). */
function sourcesOf({ history }: JsonObject): string[] {
  return (Array.isArray(history) ? history : []).flatMap((entry) => {
    const source = Array.isArray(entry) ? entry[2] : undefined;
    return typeof source === 'string' && source.trim() !== '' ? source : [];
  });
}

function inspectionOf(content: JsonObject): Inspection | null {
  const data = content['data'];
  if (content['found'] !== true || !isJsonObject(data)) return null;
  const text = data['text/plain'];
  return typeof text === 'string' ? { text } : null;
}
