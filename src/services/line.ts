import { beat, closeCodes } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';
import { createBackOff } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { PageSignals } from './page-signals.ts';

/**
 * The supervisor of one WebSocket that is meant to stand for as long as its owner wants it: the line of events, a
 * kernel, a terminal. Invariants:
 * - It never gives up, whatever the close code; only its owner ends it. A session that has ended (4401) is waited for.
 * - It tries at once after a cut, when the network or the page comes back, and at a click; else with growing, random
 *   waits.
 * - A line that is dead without a close is found: the server sends a beat every few seconds, and silence of more than
 *   `SILENCE_MS` ends the line. A single message that takes longer than that on a slow network must not end it for
 *   ever: after each such end the next one is given twice the time, until a beat is heard again.
 * - A try that nothing answers is given up as well.
 */
export type LineWorld = {
  WebSocket: typeof WebSocket;
  clock: Clock;
  page: PageSignals;
  /** The server is there again, or somebody has signed in: waiting is over. */
  onDidComeBack: Event<void>;
  /** The line of events went silent: lines that send no beats of their own may be as dead. */
  onDidSuspect: Event<void>;
  /** The line of events stands: a line that fails alone is tried again soon. */
  isServerThere(): boolean;
  /** The server closed with 4401. */
  didReject(): void;
  /** A try failed without a word: what answered may have been a proxy that wants a sign-in. */
  didFail(): void;
};

/** How a line went down. */
export type LineEnd = {
  /** Close code; 1006 where there was none. */
  code: number;
  /** It stood before; otherwise a try has failed. */
  hasStood: boolean;
  /** It was ended because nothing was heard for too long. */
  isSilent: boolean;
};

/** Whose line it is. */
export type LineOwner = {
  /** Address (without the query of beats) and subprotocols of the next try. */
  address(): { url: string; protocols?: string[] };
  didOpen?(socket: WebSocket): void;
  didReceive(data: string | ArrayBuffer): void;
  didBeat?(): void;
  /** The line tries again unless it is disposed of here. */
  didClose(end: LineEnd): void;
  /** The first to find that the server is there again; others wait for it. */
  isScout?: boolean;
};

const LOOK_MS = 1_500;
const SILENCE_MS = 7_500;
/** What came while the page slept is handed over after its timers: time for that. */
const GRACE_MS = 2_500;
/** Of a page that wakes: what is silent for so long did not only wait for the next beat. */
const DOUBT_MS = 4_500;
const OPENING_MS = 10_000;
const MAX_PATIENCE_MS = 600_000;
/** A click during a younger try changes nothing. */
const YOUNG_MS = 2_000;
const SOON_MS = 2_500;
const LATER_MS = 30_000;
/** An outage of this length is no flapping network. */
const LONG_OUTAGE_MS = 600_000;

/** One supervised WebSocket. */
export class Line implements Disposable {
  readonly #world: LineWorld;
  readonly #owner: LineOwner;
  readonly #owned = new DisposableStore();
  readonly #backOff;
  #socket: WebSocket | null = null;
  /** The next step while no line stands: another try, or the end of one that nothing answers. */
  #next: Disposable | null = null;
  #health: Disposable | null = null;
  #isStarted = false;
  #isStanding = false;
  #hasBeats = false;
  #triedAt = 0;
  #heardAt = 0;
  #lookedAt = 0;
  #downSince: number;
  #silenceMs = SILENCE_MS;
  #openingMs = OPENING_MS;

  constructor(world: LineWorld, owner: LineOwner) {
    this.#world = world;
    this.#owner = owner;
    this.#downSince = world.clock.elapsed();
    this.#backOff = createBackOff(world.clock, () => this.#longestWait());
    this.#owned.add(world.page.onDidWake(() => this.#woke()));
    this.#owned.add(world.page.onDidMaybeLose(() => this.reconnect()));
    this.#owned.add(world.onDidComeBack(() => this.retryNow()));
    this.#owned.add(world.onDidSuspect(() => !this.#hasBeats && this.#isStanding && this.reconnect()));
    this.#owned.add(toDisposable(() => this.#drop()));
  }

  /** The owner has heard what makes it a line. */
  get isStanding(): boolean {
    return this.#isStanding && this.#socket?.readyState === 1;
  }

  /** The first try. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#connect();
  }

  /** The owner has heard the first word of the server. */
  stand(): void {
    if (this.#isStanding) return;
    this.#isStanding = true;
    this.#openingMs = OPENING_MS;
    this.#backOff.reset();
    this.#next?.dispose();
    this.#next = null;
    this.#watch();
  }

  /** False when it was not sent. */
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): boolean {
    if (!this.isStanding) return false;
    this.#socket?.send(data);
    return true;
  }

  /** Tries at once. A line that stands is left alone, and so is a try that has just begun. */
  retryNow(): void {
    if (!this.#isStarted || this.#owned.isDisposed || this.#isStanding) return;
    const isYoung = this.#world.clock.elapsed() - this.#triedAt < YOUNG_MS;
    if (this.#socket !== null && isYoung) return;
    this.#drop();
    this.#connect();
  }

  /** Gives the present line up without waiting for its close, which a dead network never sends. */
  reconnect(isSilent = false): void {
    if (!this.#isStarted || this.#owned.isDisposed) return;
    const hasStood = this.#isStanding;
    this.#drop();
    if (hasStood) this.#tell({ code: 1006, hasStood, isSilent });
    this.#connect();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A line that has been silent for longer than a beat takes has little time to show that it lives. */
  #woke(): void {
    const now = this.#world.clock.elapsed();
    if (this.#health && now - this.#heardAt > DOUBT_MS) {
      this.#health.dispose();
      this.#heardAt = now - this.#silenceMs + LOOK_MS;
      this.#lookedAt = now;
      this.#lookLater();
    }
    this.retryNow();
  }

  #drop(): void {
    const old = this.#socket;
    this.#socket = null;
    this.#wentDown();
    old?.close();
  }

  #wentDown(): void {
    this.#next?.dispose();
    this.#next = null;
    this.#health?.dispose();
    this.#health = null;
    if (this.#isStanding) this.#downSince = this.#world.clock.elapsed();
    this.#isStanding = false;
  }

  #tell(end: LineEnd): void {
    this.#owner.didClose(end);
  }

  #connect(): void {
    if (this.#owned.isDisposed) return;
    this.#next?.dispose();
    const { WebSocket: Socket, clock } = this.#world;
    const { url, protocols } = this.#owner.address();
    const address = `${url}${url.includes('?') ? '&' : '?'}${beat.query}=1`;
    const socket = protocols === undefined ? new Socket(address) : new Socket(address, protocols);
    this.#socket = socket;
    this.#triedAt = clock.elapsed();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (this.#socket === socket) this.#owner.didOpen?.(socket);
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
    this.#next = clock.after(this.#openingMs, () => {
      this.#openingMs = Math.min(this.#openingMs * 2, MAX_PATIENCE_MS);
      socket.close();
      if (this.#socket === socket) this.#closed(1006);
    });
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#world.clock.elapsed();
    if (data === beat.text) {
      this.#hasBeats = true;
      this.#silenceMs = SILENCE_MS;
      this.#watch();
      this.#owner.didBeat?.();
    } else if (typeof data === 'string' || data instanceof ArrayBuffer) this.#owner.didReceive(data);
  }

  #closed(code: number): void {
    const hasStood = this.#isStanding;
    this.#socket = null;
    this.#wentDown();
    this.#tell({ code, hasStood, isSilent: false });
    // Its owner may have ended it, or begun anew.
    if (this.#owned.isDisposed || this.#socket !== null) return;
    if (code === closeCodes.signIn) {
      this.#world.didReject();
      return;
    }
    if (!hasStood) this.#world.didFail();
    this.#next = this.#world.clock.after(this.#backOff.next(), () => this.#connect());
  }

  #longestWait(): number {
    const isRecent = this.#world.clock.elapsed() - this.#downSince < LONG_OUTAGE_MS;
    return isRecent && (this.#owner.isScout === true || this.#world.isServerThere()) ? SOON_MS : LATER_MS;
  }

  /** Looks from now on whether the server is heard; one that sends no beats is not expected to be. */
  #watch(): void {
    if (this.#health || !this.#hasBeats || !this.#isStanding) return;
    this.#heardAt = this.#lookedAt = this.#world.clock.elapsed();
    this.#lookLater();
  }

  #lookLater(): void {
    this.#health = this.#world.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const now = this.#world.clock.elapsed();
    const passed = now - this.#lookedAt;
    this.#lookedAt = now;
    // The page slept, or the clock was set forward.
    if (passed > LOOK_MS + GRACE_MS)
      this.#heardAt = Math.max(this.#heardAt, now - this.#silenceMs + GRACE_MS);
    if (now - this.#heardAt < this.#silenceMs) {
      this.#lookLater();
      return;
    }
    this.#silenceMs = Math.min(this.#silenceMs * 2, MAX_PATIENCE_MS);
    this.reconnect(true);
  }
}
