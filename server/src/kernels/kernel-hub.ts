/**
 * The hub of one kernel: one upstream socket, any number of browsers, one journal.
 *
 * - Every frame is in the journal before anybody sees it; entries are fanned out in the order of their seq.
 * - What the kernel sends is passed on byte for byte (clients of the older format get it converted).
 * - A kernel that cannot be reached is `reconnecting`, never dead; dead is what the app says (`dead`, 404).
 * - The kernel's own header.session changes when its process does: that is how a restart is known that nobody told.
 */
import type { KernelState } from '@atelier-ide/contract';
import {
  initialKernelState,
  reduceKernelState,
  setKernelState,
} from '@atelier-ide/core/execution/kernel-state.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import { callApp } from './app-http.ts';
import { type FrameHead, contentOf, headOf, withContent } from './frame.ts';
import { HubClients } from './hub-clients.ts';
import { createInputGate } from './input-gate.ts';
import { type Gap, gapFrame } from './journal/gap-frame.ts';
import { KernelFence } from './kernel-fence.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { type Continuation, hiddenMark } from './line.ts';
import { Subshells } from './subshells.ts';
import { type Upstream, type UpstreamTiming, connectUpstream } from './upstream.ts';

/** What the hub tells its owner. */
export type HubListener = {
  didChangeState(): void;
  /** A frame was committed, and offered to the browsers. */
  didCommit(entry: JournalEntry, head: FrameHead): void;
  /** The process of the kernel ended and another one stands or will stand in its place. */
  didRestart(cause: string, isDeath: boolean): void;
  /** The kernel is no more; the hub is closed. */
  didEnd(cause: string): void;
  /** The connection is there (again): requests can be sent. */
  didConnect(): void;
  /** The kernel has come past everything that was sent before `seq`. */
  didCatchUp(seq: number): void;
};

export type HubOptions = {
  kernelId: string;
  journal: Journal;
  /** What an earlier server has passed on to this kernel; undefined = the kernel is new. */
  executedBefore: Iterable<string> | undefined;
  endpoint: () => AppEndpoint | undefined;
  timing: UpstreamTiming;
  log: Log;
  listener: HubListener;
};

const maxUpstreamFrame = 512 * 1024 * 1024;
const maxWaitingBytes = 64 * 1024 * 1024;
const restTimeoutMs = 5000;
const maxExecuted = 50_000;
/** How long after "shutting down" the app is asked whether the kernel is gone, and how often. */
const goneChecksMs = [300, 1500, 5000];

const ownStates = new Set(['starting', 'idle', 'busy']);

export class KernelHub {
  readonly session: string;
  readonly clients: HubClients;
  readonly #options: HubOptions;
  readonly #journal: Journal;
  readonly #upstream: Upstream;
  readonly #input = createInputGate();
  readonly #timers = new Set<NodeJS.Timeout>();
  #tracker = initialKernelState;
  #isClosed = false;
  /** header.session of the kernel's process, once seen. */
  #kernelSession = '';
  readonly #fence: KernelFence;
  readonly #subshells: Subshells;
  /** Execute requests that were passed on: a msg_id runs once. */
  readonly #executed = new Set<string>();
  #didBreak = false;
  #stateBefore: KernelState = 'starting';
  /** Nothing was missing when the connection opened. */
  #isWhole = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#journal = options.journal;
    this.session = options.journal.session;
    for (const id of options.executedBefore ?? []) this.#executed.add(id);
    this.#tracker = setKernelState(this.#tracker, 'starting');
    this.clients = new HubClients({
      journal: options.journal,
      state: () => this.state,
      receive: (key, frame) => this.#receive(key, frame),
      didLeave: (key) => this.#subshells.didLeave(key),
    });
    this.#subshells = new Subshells({
      session: this.session,
      isHere: (key) => this.clients.hasCursor(key),
      send: (frame) => this.send(frame),
    });
    this.#fence = new KernelFence({
      session: this.session,
      canSend: () => this.#upstream.isOpen && !this.#isClosed,
      send: (frame) => this.send(frame),
      didPass: (seq, isBack) => this.#handlePass(seq, isBack),
    });
    this.#journal.onDidCommit((entry, head) => this.#commit(entry, head));
    this.#upstream = connectUpstream({
      kernelId: options.kernelId,
      sessionId: this.session,
      endpoint: options.endpoint,
      maxPayload: maxUpstreamFrame,
      maxWaitingBytes,
      journal: options.journal,
      timing: options.timing,
      log: options.log,
      onFrame: (frame) => this.#handleUpstream(frame),
      onOpen: (continuation) => this.#handleOpen(continuation),
      onDown: () => this.#handleDown(),
      onGone: () => void this.#ask(),
    });
  }

  get state(): KernelState {
    return this.#tracker.state;
  }

  get epoch(): string {
    return this.#journal.epoch;
  }

  /** True when a request would reach the kernel now. */
  get isReady(): boolean {
    return this.#upstream.isOpen && !this.#isClosed && !this.#fence.isRestarting && this.state !== 'dead';
  }

  /** Sends a request of the server; it is in the journal first. Returns its seq, or null when it cannot be sent. */
  send(frame: Uint8Array): number | null {
    if (this.#isClosed || !this.#upstream.hasRoom(frame.length)) return null;
    const head = headOf(frame);
    this.#noteExecute(head);
    return this.#pass(frame, frame, head);
  }

  /** Asks the app whether the kernel is there, and the kernel to answer once it has come past all that was sent. */
  reconcile(): void {
    this.#fence.ask();
    void this.#ask();
  }

  /** The app has answered that another process stands. */
  didRestartByRequest(): void {
    this.#fence.insist();
    void this.#ask();
  }

  /** The kernel is no more: told once, browsers are closed with 4404 or the code given. */
  end(cause: string, closeCode = 4404): void {
    if (this.#isClosed) return;
    this.#setState('dead');
    this.#shut(closeCode, cause);
    this.#options.listener.didEnd(cause);
  }

  /** Ends the hub without saying anything of the kernel (the server ends). */
  close(): void {
    if (!this.#isClosed) this.#shut(1001, 'The server is stopping');
  }

  #shut(code: number, reason: string): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#fence.giveUp();
    this.#upstream.close();
    // What was heard of the kernel up to now is written and sent first.
    this.#journal.close();
    this.clients.closeAll(code, reason);
  }

  #receive(key: string, frame: Uint8Array): boolean {
    if (this.#isClosed) return false;
    const head = headOf(frame);
    if (head.channel === 'iopub') return true;
    if (!this.#upstream.hasRoom(frame.length)) return false;
    let kept = frame;
    if (head.type === 'input_reply') {
      const answer = this.#input.answer(head.parentId);
      if (!answer.isFirst) return true;
      if (answer.isPassword) kept = withoutValue(frame);
    }
    if (!this.#noteExecute(head)) return true;
    this.clients.routing.note(key, head);
    this.#subshells.asked(key, head);
    this.#pass(frame, kept, head);
    return true;
  }

  /** Written, then sent. Listeners of the journal may send more meanwhile: that comes behind it in both. */
  #pass(frame: Uint8Array, kept: Uint8Array, head: FrameHead): number {
    this.#upstream.add(frame);
    const seq = this.#journal.append('in', kept, head);
    this.#upstream.flush();
    return seq;
  }

  /** False when this execute request was passed on before. */
  #noteExecute(head: FrameHead): boolean {
    if (head.type !== 'execute_request') return true;
    if (this.#executed.has(head.id)) return false;
    this.#executed.add(head.id);
    const oldest = this.#executed.values().next();
    if (this.#executed.size > maxExecuted && oldest.done !== true) this.#executed.delete(oldest.value);
    return true;
  }

  #handleUpstream(frame: Uint8Array): void {
    if (!this.#isClosed) this.#journal.append('out', frame, headOf(frame));
  }

  /** The journal has the entry: now it may be seen. */
  #commit(entry: JournalEntry, head: FrameHead): void {
    try {
      this.#show(entry, head);
    } catch (error) {
      // One frame that cannot be understood must not stop those behind it.
      this.#options.log.error('kernel frame not handled', { kernelId: this.#options.kernelId, error });
    }
  }

  #show(entry: JournalEntry, head: FrameHead): void {
    this.clients.offer(entry, head);
    if (entry.kind === 'out') this.#observe(entry, head);
    this.#options.listener.didCommit(entry, head);
    if (entry.kind === 'out') this.#fence.observe(head);
  }

  #observe(entry: JournalEntry, head: FrameHead): void {
    if (head.type === 'status') this.#observeStatus(entry, head);
    else if (head.type === 'kernel_info_reply') this.#observeSession(head);
    else if (head.type === 'input_request') {
      const content = contentOf(entry.bytes);
      this.#input.asked({ id: head.id, parentId: head.parentId, isPassword: content['password'] === true });
    } else if (head.type === 'execute_reply') this.#input.ended(head.parentId);
    else if (head.type === 'shutdown_reply' && head.channel === 'iopub') this.#observeShutdown(entry);
    else if (head.type === 'create_subshell_reply') this.#subshells.made(head, entry.bytes);
  }

  #observeStatus(entry: JournalEntry, head: FrameHead): void {
    const content = contentOf(entry.bytes);
    const told = content['execution_state'];
    if (typeof told === 'string' && ownStates.has(told)) this.#observeSession(head);
    const before = this.state;
    const parent = { msg_type: head.parentType, msg_id: head.parentId };
    const message = { header: { msg_type: 'status' }, parent_header: parent, content };
    this.#tracker = reduceKernelState(this.#tracker, message);
    if (told === 'restarting' || told === 'autorestarting') {
      this.#restarted('The kernel died and was started again; its variables are gone', true);
    }
    if (told === 'dead') this.#diedForGood();
    if (this.state !== before) this.#options.listener.didChangeState();
  }

  /** Kernels that repeat the asker's session as their own tell nothing. */
  #observeSession(head: FrameHead): void {
    if (head.session === '' || head.session === head.parentSession) return;
    if (head.session === this.#kernelSession) return;
    const before = this.#kernelSession;
    this.#kernelSession = head.session;
    if (before === '') return;
    this.#restarted('The kernel was restarted', false, before);
    this.#fence.ask();
  }

  #observeShutdown(entry: JournalEntry): void {
    if (contentOf(entry.bytes)['restart'] === true) {
      this.#restarted('The kernel was restarted', false);
      this.#setState('restarting');
      return;
    }
    this.#checkGone();
  }

  /** Told once for each time; whatever else shows the same restart changes nothing. */
  #restarted(cause: string, isDeath: boolean, sessionBefore = this.#kernelSession): void {
    if (this.#fence.isRestarting) return;
    this.#fence.beginRestart(sessionBefore);
    this.#subshells.forget();
    this.#input.ended();
    this.#options.listener.didRestart(cause, isDeath);
  }

  #diedForGood(): void {
    this.#fence.beginRestart(this.#kernelSession);
    this.#fence.giveUp();
    this.#input.ended();
    this.#options.listener.didRestart('The kernel died and could not be started again', true);
    this.#checkGone();
  }

  #handleOpen(continuation: Continuation): void {
    if (this.#isClosed) return;
    this.#isWhole = continuation !== 'unknown' && continuation.lost === 0;
    if (this.#isWhole) this.#goOn();
    else this.#beginAnew(continuation);
    this.#didBreak = false;
    this.#options.listener.didConnect();
  }

  /**
   * Nothing is missing: what was true is true until the frames that follow say otherwise. The kernel is not asked, as
   * what a thread prints behind its cell would count as output of the last request.
   */
  #goOn(): void {
    if (this.#didBreak) this.#setState(this.#stateBefore);
    else void this.#ask();
  }

  /** What was running may have ended meanwhile; the kernel's answer, and the app's, say what is true now. */
  #beginAnew(continuation: Continuation): void {
    if (continuation !== 'unknown') this.#noteGap({ reason: 'app', lost: continuation.lost });
    else if (this.#didBreak) this.#noteGap({ reason: 'connection' });
    // Nobody knows what passed while there was no server.
    else if (this.#options.executedBefore) this.#noteGap({ reason: 'restart' });
    if (this.#didBreak) this.#setState(this.#tracker.running.length > 0 ? 'busy' : 'unknown');
    this.reconcile();
  }

  #handleDown(): void {
    this.#didBreak = true;
    this.#stateBefore = this.state;
    this.#setState('reconnecting');
  }

  #noteGap(gap: Gap): void {
    const frame = gapFrame(gap);
    this.#journal.append('gap', frame, headOf(frame));
  }

  #handlePass(seq: number, isBack: boolean): void {
    this.#options.listener.didCatchUp(seq);
    if (this.state !== 'idle' && this.state !== 'busy') this.#setState('idle');
    if (isBack) this.#options.listener.didConnect();
  }

  async #ask(): Promise<void> {
    const endpoint = this.#options.endpoint();
    if (!endpoint) return;
    const path = `api/kernels/${this.#options.kernelId}`;
    try {
      const { status, body } = await callApp(endpoint, { method: 'GET', path, timeoutMs: restTimeoutMs });
      if (this.#isClosed) return;
      // A proxy's own 404 is no word of Jupyter.
      if (status === 404 && isRecord(body)) this.end('The kernel is gone');
      else if (status === 200) this.#believe(body);
    } catch (error) {
      this.#options.log.debug('kernel not asked', { kernelId: this.#options.kernelId, error });
    }
  }

  /** The app's view counts only where we have none: some requests make it say idle while a cell runs. */
  #believe(body: unknown): void {
    const told = isRecord(body) ? body['execution_state'] : undefined;
    const isUnsure = this.state === 'unknown' || this.state === 'starting';
    if (told === 'busy' && isUnsure && this.#fence.isAsked) this.#setState('busy');
    // Only behind frames that are all there; its view is older than those that came since.
    if (this.#isWhole && this.state === 'starting' && (told === 'idle' || told === 'busy'))
      this.#setState(told);
    if (told === 'dead') this.#setState('dead');
  }

  #checkGone(): void {
    for (const wait of goneChecksMs) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.#ask();
      }, wait);
      this.#timers.add(timer);
    }
  }

  #setState(state: KernelState): void {
    if (this.state === state) return;
    this.#tracker = setKernelState(this.#tracker, state);
    this.#options.listener.didChangeState();
  }
}

/** The journal and other browsers see that a password was given, not which. */
function withoutValue(frame: Uint8Array): Uint8Array {
  return withContent(frame, { value: '', [hiddenMark]: true });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
