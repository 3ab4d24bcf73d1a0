/**
 * Contextual help: what the kernel knows of the name at the cursor of the notebook in front. It asks when the cursor
 * has come to rest, one question at a time; an answer for a place that was left is dropped. What was shown stays until
 * there is something else to show, so that typing does not empty the panel.
 */
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import { readSignature } from '../assist/read-signature.ts';
import { offsetOf } from '../document/cell-edits.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { createHelpStore } from './help-store.ts';

const REST_MS = 250;
/** Characters before the cursor in which its name, or the call around it, is looked for. */
const NEAR = 1_000;

/** The part of a session that it follows. */
export type HelpSource = Pick<NotebookSession, 'store' | 'assist'>;

type Place = { session: HelpSource; source: string; offset: number };

export class HelpFollower {
  readonly store = createHelpStore();
  readonly #clock: Clock;
  #session: HelpSource | null = null;
  #unsubscribe: () => void = () => undefined;
  #waiting: Disposable | null = null;
  #asking = new AbortController();
  /** The place that was asked about last. */
  #asked = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The notebook in front is another one; null = none is open. */
  follow(session: HelpSource | null): void {
    if (session === this.#session) return;
    this.#unsubscribe();
    this.#stop();
    this.#session = session;
    this.#unsubscribe = session?.store.subscribe(() => this.#look()) ?? (() => undefined);
    this.#look();
  }

  /** Holds what is shown, whatever the cursor does; or follows again. */
  setPinned(isPinned: boolean): void {
    this.store.setState({ isPinned });
    this.#stop();
    this.#look();
  }

  #stop(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    this.#asking.abort();
    this.#asked = '';
  }

  #look(): void {
    if (this.store.getState().isPinned) return;
    const place = this.#place();
    if (place === null) return;
    const { kernel, active } = place.session.store.getState();
    // A kernel that comes is asked, too.
    const key = `${active}/${kernel.state === 'none' || kernel.state === 'starting'}/${place.offset}/${place.source}`;
    if (key === this.#asked) return;
    this.#stop();
    this.#asked = key;
    this.#waiting = this.#clock.after(REST_MS, () => void this.#ask(place));
  }

  /** The cursor in the code that is being edited. */
  #place(): Place | null {
    const session = this.#session;
    if (!session) return null;
    const { active, mode, cells, cursor } = session.store.getState();
    const cell = active === null || mode !== 'edit' ? undefined : cells[active];
    if (!cell || cell.type !== 'code' || !cursor || cell.source.trim() === '') return null;
    return { session, source: cell.source, offset: offsetOf(cell.source, cursor) };
  }

  async #ask({ session, source, offset }: Place): Promise<void> {
    this.#waiting = null;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const told = await session.assist.lookUp(source, offset, signal);
    if (signal.aborted) return;
    if (told.text === null) this.store.setState({ note: told.why });
    else {
      const name = nameAt(source, offset) || nameIn(told.text);
      this.store.setState({ shown: { name, text: told.text }, note: null });
    }
  }
}

/** What the answer itself is about, where it is something that can be called. */
function nameIn(text: string): string {
  return /^[\w.]+/.exec(readSignature(text)?.label ?? '')?.[0] ?? '';
}

/** The dotted name around the cursor, for the heading; where there is none, the name of the call before it. */
export function nameAt(source: string, offset: number): string {
  // Looked at backwards, so not at all of a long text.
  const near = source.slice(Math.max(0, offset - NEAR), offset);
  const before = /[\w.]*$/.exec(near)?.[0] ?? '';
  const after = /^\w*/.exec(source.slice(offset, offset + NEAR))?.[0] ?? '';
  const name = (before + after).replaceAll(/^\.+|\.+$/g, '');
  if (name !== '') return name;
  return /([\w.]+)\s*\([^()]*$/.exec(near)?.[1] ?? '';
}
