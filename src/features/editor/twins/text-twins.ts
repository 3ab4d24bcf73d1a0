/**
 * The same text file in other tabs of this browser. One tab writes the file, the one with the lock; all show each other's
 * edits as they are made, and the bars of the writing one. When that tab is gone another one looks at the file and goes
 * on. A tab that gets no answer stays by itself, as a tab of another browser would: then saves are merged.
 */
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { SharedDocument } from '@/services/edits/shared-document.ts';
import type { Services } from '@/services/services.ts';
import type { ReadyText, TextBase, TextState, TextStore } from '../text-store.ts';
import {
  asTextMessage,
  type FileNews,
  type TextEdit,
  type TextFileNews,
  type TextHandover,
  type TextMessage,
  type TextStep,
  type Wish,
} from './text-messages.ts';
import { TextFollower, TextLeader } from './text-order.ts';

/** The writing tab answers in a few milliseconds, unless it is busy. */
const ANSWER_MS = 4_000;
/** So long a tab that closes waits for the one that writes. */
const DELIVER_MS = 2_000;

export type TextTwinsHost = {
  readonly store: TextStore;
  readonly services: Pick<Services, 'edits' | 'log'>;
  /** The edits that are in no file are kept in this browser. */
  readonly isKept: boolean;
  path(): string;
  didMove(path: string): void;
  /** What a person wants in a tab that does not write. */
  act(wish: Wish): void;
  /** In this tab, which writes, is what was typed in another one. */
  didReceive(): void;
  /** Another tab sends this text to the server. */
  didSend(text: string): void;
  /** Looks at the file. Never rejects. */
  look(): Promise<void>;
  /** This tab writes the file now. */
  didTakeOver(): void;
};

type Line = { shared: SharedDocument; path: string; ends: DisposableStore };
type Known = FileNews & { base: TextBase; sending: string | null; isKept: boolean };

export class TextTwins implements Disposable {
  readonly #host: TextTwinsHost;
  readonly #id: string = newCellId();
  readonly #owned = new DisposableStore();
  #line: Line | null = null;
  #leader: TextLeader | null = null;
  #follower: TextFollower | null = null;
  /** What the tab that writes told of the file. */
  #known: Known | null = null;
  /** No other tab had it when this one opened it. */
  #isFirst = false;
  #isStarted = false;
  #isReceiving = false;
  /** Something was missed: nothing is sent before it is here. */
  #isAsking = false;
  #turns = 0;
  /** The text that this tab has sent to the server and that is not known to be in the file. */
  #sending: string | null = null;
  #didAnswer: (() => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor(host: TextTwinsHost) {
    this.#host = host;
    this.#owned.add(toDisposable(host.store.subscribe((now, before) => this.#didChange(now, before))));
    this.#owned.add(toDisposable(() => this.#line?.ends.dispose()));
    this.#owned.add(toDisposable(() => this.#didAnswer?.()));
  }

  /** Another tab writes the file, or is about to. */
  get isFollowing(): boolean {
    return this.#follower !== null;
  }

  /** What another tab told of the file, while this one opens it. */
  get joined(): { readonly text: string; readonly isKept: boolean } | null {
    const { confirmed } = this.#follower ?? {};
    return confirmed === undefined ? null : { text: confirmed, isKept: this.#known?.isKept ?? false };
  }

  /** All that is shown here is in the tab that writes. */
  get isElsewhere(): boolean {
    const state = this.#host.store.getState();
    return (
      this.isFollowing &&
      !this.#isAsking &&
      state.status === 'ready' &&
      this.#follower?.hasDelivered(state.text) === true
    );
  }

  /** Finds out, while the file is being read, whether another tab has it. */
  async join(): Promise<void> {
    if (this.#line) return;
    const line = this.#open(this.#host.path());
    try {
      const isFirst = await line.shared.join();
      this.#isFirst = isFirst === true;
      if (isFirst === false && !this.#owned.isDisposed) await this.#ask(line.shared);
      if (isFirst === null) this.leave();
    } catch (error) {
      this.#host.services.log.warn('A text file is not shared among tabs', { error: String(error) });
      this.leave();
    }
  }

  #open(path: string): Line {
    const shared = this.#host.services.edits.share(path);
    const ends = new DisposableStore();
    ends.add(shared);
    ends.add(shared.onDidReceive((data) => this.#receive(data)));
    ends.add(shared.onDidBecomeWriter(() => void this.#takeOver()));
    this.#line = { shared, path, ends };
    return this.#line;
  }

  /** This tab is by itself from now on. */
  leave(): void {
    this.#line?.ends.dispose();
    this.#line = null;
    this.#follower = null;
    this.#leader = null;
    this.#didDeliver();
  }

  /** Until the answer is here, the lock is, or nobody answers. */
  #ask(shared: SharedDocument): Promise<void> {
    this.#isAsking = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#didAnswer?.(), ANSWER_MS);
      this.#didAnswer = () => {
        this.#didAnswer = null;
        clearTimeout(timer);
        resolve();
      };
      shared.post({ type: 'text-hello', from: this.#id } satisfies TextMessage);
    });
  }

  #post(message: TextMessage): void {
    this.#line?.shared.post(message);
  }

  /** The file is shown. From now on this tab tells the others, and hears them. */
  start(): void {
    const state = this.#host.store.getState();
    if (this.#isStarted || state.status !== 'ready') return;
    this.#isStarted = true;
    if (!this.#line) return;
    if (this.#isFirst) this.#lead(state);
    else if (this.#follower) this.#show(this.#follower.confirmed);
    // The lock came while the file was read, so that is old perhaps.
    if (!this.#isFirst && this.#line.shared.isWriter) void this.#takeOver();
  }

  /** A person wants something that is the writing tab's to do. */
  wish(wish: Wish): void {
    this.#post({ type: 'text-wish', wish });
  }

  /** Resolves when the tab that writes has everything, or does not answer. */
  delivered(): Promise<void> {
    if (!this.isFollowing || this.isElsewhere) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DELIVER_MS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #didDeliver(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  #didChange(now: TextState, before: TextState): void {
    if (!this.#isStarted || this.#isReceiving || now.status !== 'ready') return;
    if (this.#leader) this.#tell(this.#leader, now, before.status === 'ready' ? before : null);
    else if (this.#follower) this.#send();
  }

  #tell(leader: TextLeader, now: ReadyText, before: ReadyText | null): void {
    if (now.text !== leader.text) this.#post(leader.didBecome(now.text));
    const { save, news, base } = now;
    if (save === before?.save && news === before.news && base === before.base) return;
    if (save.kind === 'saving' && save !== before?.save) this.#sending = now.text;
    const wasSent = base.text === this.#sending;
    const told = base === before?.base ? null : wasSent ? { hash: base.hash } : base;
    if (told) this.#sending = null;
    this.#post({ type: 'text-file', epoch: leader.epoch, save, news, base: told });
  }

  #send(): void {
    const state = this.#host.store.getState();
    if (this.#isAsking || state.status !== 'ready') return;
    const edit = this.#follower?.next(state.text);
    if (edit) this.#post(edit);
    else if (this.isElsewhere) this.#didDeliver();
  }

  #receive(data: unknown): void {
    const message = asTextMessage(data);
    if (!message) return;
    switch (message.type) {
      case 'text-hello':
        this.#answer(message.from);
        return;
      case 'text-state':
        this.#adopt(message);
        return;
      case 'text-step':
        this.#follow(message);
        return;
      case 'text-file':
        this.#learn(message);
        return;
      case 'text-edit':
        this.#accept(message);
        return;
      case 'text-wish':
        if (this.#leader) this.#host.act(message.wish);
        return;
      case 'text-moved':
        if (message.path !== this.#line?.path) this.#host.didMove(message.path);
    }
  }

  #answer(to: string | null): void {
    const state = this.#host.store.getState();
    const leader = this.#leader;
    if (!leader || state.status !== 'ready') return;
    const { text, base, save, news } = state;
    const { epoch, rev } = leader;
    const acks = Object.fromEntries(leader.acks);
    const { isKept } = this.#host;
    const sending = this.#sending;
    this.#post({ type: 'text-state', to, epoch, rev, text, base, save, news, sending, acks, isKept });
  }

  #accept(edit: TextEdit): void {
    const step = this.#leader?.accept(edit) ?? null;
    if (step === 'behind') this.#answer(edit.from);
    if (step === null || step === 'behind' || !this.#leader) return;
    this.#post(step);
    this.#put(this.#leader.text);
    this.#host.didReceive();
  }

  #put(text: string, more: Partial<ReadyText> = {}): void {
    const { store } = this.#host;
    const state = store.getState();
    if (state.status !== 'ready') return;
    const isOther = text !== state.text;
    const shown = isOther ? { text, version: state.version + 1, recovered: null } : {};
    this.#isReceiving = true;
    store.setState({ ...state, ...shown, ...more }, true);
    this.#isReceiving = false;
  }

  #mine(): string | null {
    const state = this.#host.store.getState();
    return this.#isStarted && state.status === 'ready' ? state.text : null;
  }

  #adopt(state: TextHandover): void {
    const follower = this.#follower;
    // Where nobody waits for it any more this tab stays by itself.
    const isWanted = follower !== null || this.#didAnswer !== null;
    if (this.#leader || !isWanted || (state.to !== null && state.to !== this.#id)) return;
    const { base, save, news, sending, isKept } = state;
    this.#known = { base, save, news, sending, isKept };
    if (sending !== null) this.#host.didSend(sending);
    const shown = follower?.adopt(state, this.#mine() ?? follower.confirmed) ?? state.text;
    this.#follower ??= new TextFollower(this.#id, state);
    this.#isAsking = false;
    this.#didAnswer?.();
    this.#show(shown);
    this.#send();
  }

  #follow(step: TextStep): void {
    const follower = this.#follower;
    if (!follower || this.#leader || this.#isAsking || step.epoch !== follower.epoch) return;
    const mine = this.#mine() ?? follower.confirmed;
    const shown = follower.follow(step, mine);
    if (shown === null) {
      this.#isAsking = true;
      this.#post({ type: 'text-hello', from: this.#id });
      return;
    }
    this.#show(shown);
    this.#send();
  }

  #learn({ epoch, save, news, base }: TextFileNews): void {
    const { confirmed, epoch: current } = this.#follower ?? {};
    const known = this.#known;
    if (confirmed === undefined || !known || this.#leader || epoch !== current) return;
    if (save.kind === 'saving') this.#host.didSend(confirmed);
    const sending = save.kind === 'saving' ? confirmed : known.sending;
    const text = base?.text ?? sending;
    const now = base && text !== null ? { hash: base.hash, text } : known.base;
    this.#known = { ...known, save, news, sending, base: now };
    this.#show(this.#mine() ?? confirmed);
  }

  /** The text, and the file as the tab that writes tells of it. */
  #show(text: string): void {
    if (!this.#isStarted || !this.#known) return;
    const { base, save, news } = this.#known;
    const isDirty = save.kind === 'saved' && text !== base.text;
    this.#put(text, { base, news, save: isDirty ? { kind: 'dirty' } : save });
  }

  #lead({ text }: ReadyText): void {
    this.#turns += 1;
    const acks = this.#follower?.acks ?? new Map<string, number>();
    this.#leader = new TextLeader(`${this.#id}.${this.#turns}`, text, acks);
    this.#follower = null;
    this.#isAsking = false;
    this.#sending = null;
    this.#answer(null);
    this.#didDeliver();
  }

  /** The tab that wrote is gone. Its last words come in while the file is read. */
  async #takeOver(): Promise<void> {
    this.#didAnswer?.();
    if (!this.#isStarted) return;
    const line = this.#line;
    await this.#host.look();
    const state = this.#host.store.getState();
    if (this.#owned.isDisposed || this.#line !== line || state.status !== 'ready') return;
    this.#lead(state);
    this.#host.didTakeOver();
  }

  /** The file has another name: the others hear it where they still listen. */
  move(path: string): void {
    const state = this.#host.store.getState();
    const line = this.#line;
    if (!line || line.path === path) return;
    this.#post({ type: 'text-moved', path });
    line.ends.dispose();
    if (!this.#isStarted || state.status !== 'ready') {
      this.leave();
      return;
    }
    // Until somebody has the lock of the new name nobody saves.
    const { text, base, save, news } = state;
    if (this.#leader) {
      const { epoch, rev, acks } = this.#leader;
      this.#follower = new TextFollower(this.#id, { epoch, rev, text, acks: Object.fromEntries(acks) });
      this.#known = { base, save, news, sending: this.#sending, isKept: this.#host.isKept };
      this.#leader = null;
    }
    this.#isAsking = true;
    void this.#joinAgain(this.#open(path));
  }

  async #joinAgain(line: Line): Promise<void> {
    const isHere = () => !this.#owned.isDisposed && this.#line === line;
    try {
      const isFirst = await line.shared.join();
      if (isFirst === true && isHere()) {
        await this.#takeOver();
        return;
      }
      if (isFirst === false && isHere()) await this.#ask(line.shared);
      // Somebody has answered, or the lock came while nobody did.
      if (!isHere() || !this.#isAsking || line.shared.isWriter) return;
    } catch (error) {
      this.#host.services.log.warn('A text file is not shared among tabs', { error: String(error) });
      if (!isHere()) return;
    }
    this.leave();
    this.#host.didTakeOver();
  }

  dispose(): void {
    this.#owned.dispose();
    this.#didDeliver();
  }
}
