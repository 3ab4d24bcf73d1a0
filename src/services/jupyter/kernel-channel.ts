import type { CursorHello } from '@atelier-ide/core/wire/cursor.ts';
import { isJsonObject } from '@atelier-ide/core/notebook/model.ts';
import { createMessage, type JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '../clock.ts';
import type { LineWorld } from '../line.ts';
import { createChannelStore } from './channel-store.ts';
import { CommOutbox } from './comm-outbox.ts';
import { type JournalPlace, JournalSocket } from './journal-socket.ts';
import { createKernelAssist, type ManagedAssist } from './kernel-assist.ts';
import type { KernelApi } from './kernel-api.ts';
import { KernelView } from './kernel-view.ts';
import { UnheardAnswers } from './unheard-answers.ts';
import type { CommRequest, KernelChannel, KernelChannelState, ReceivedMessage } from './kernels-service.ts';

/**
 * One page's line to one kernel: its messages in order, its state, its controls. A backend without a journal sends no
 * signs of life: while a cell runs there and nothing comes, a small request is sent every 5 s, and a line on which no
 * answer comes back is given up and made anew. Nothing is sent while the kernel is idle.
 */
export type KernelChannelConfig = {
  appId: string;
  kernelId: string;
  url: string;
  after: JournalPlace | undefined;
  hasJournal: boolean;
  world: LineWorld;
  log: LogService;
  api: KernelApi;
  newId: () => string;
  /** True when the server has said that the app is no more. */
  isAppGone(): boolean;
};

const SILENCE_MS = 5_000;
/** A kernel that is busy in C code answers late. */
const ANSWER_MS = 20_000;
const DISCONNECTED_AFTER_MS = 20_000;

export function createKernelChannel(config: KernelChannelConfig): KernelChannel {
  return new Channel(config);
}

class Channel implements KernelChannel {
  readonly appId: string;
  readonly kernelId: string;
  readonly store;
  readonly assist: ManagedAssist;
  readonly #config: KernelChannelConfig;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #received;
  readonly #reset;
  readonly #view = new KernelView();
  readonly #line: JournalSocket;
  readonly #session: string;
  readonly #answers = new UnheardAnswers();
  /** They wait until the past has been told: which shell is free is not known before. */
  readonly #comms = new CommOutbox((request) => this.#sendComm(request));
  /** Frames up to this number happened before the page attached; known from the first hello. */
  #replayEnd: number | null = null;
  /** Frames up to this number were in the journal when the line was made the last time. */
  #catchUpEnd = 0;
  #restarts: Promise<unknown> = Promise.resolve();
  #watch: Disposable | null = null;
  #giveUp: Disposable | null = null;

  constructor(config: KernelChannelConfig) {
    this.#config = config;
    this.#clock = config.world.clock;
    this.appId = config.appId;
    this.kernelId = config.kernelId;
    this.#session = config.newId();
    this.store = createChannelStore(this.#clock.now());
    const report = (error: unknown) => config.log.error('A listener of a kernel failed', error);
    this.#received = this.#owned.add(new Emitter<ReceivedMessage>(report));
    this.#reset = this.#owned.add(new Emitter<void>(report));
    this.#line = new JournalSocket({
      world: config.world,
      log: config.log,
      url: config.url,
      sessionId: this.#session,
      hasJournal: config.hasJournal,
      after: config.after,
      listener: {
        onOpen: (hello) => this.#opened(hello),
        onMessage: (message, place) => this.#receive(message, place),
        onReset: () => {
          this.#comms.didReset();
          this.#reset.fire();
        },
        onDown: (why) => this.#down(why),
        onGone: () => this.#become('dead'),
      },
    });
    this.assist = createKernelAssist({
      clock: this.#clock,
      newId: config.newId,
      isOpen: () => this.#line.isOpen && !this.#view.isReplaying,
      isIdle: () => this.store.getState().state === 'idle',
      send: (parts) => this.#ask(parts),
    });
    this.#owned.add(this.#line);
    this.#line.connect();
  }

  get place() {
    return this.#line.place;
  }

  get isCatchingUp() {
    if (!this.#config.hasJournal || this.#view.state === 'dead') return false;
    return !this.#line.isOpen || this.#view.isReplaying;
  }

  get onDidReceive() {
    return this.#received.event;
  }

  get onDidReset() {
    return this.#reset.event;
  }

  execute({ id, code, cellId }: { id: string; code: string; cellId: string }): void {
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: false,
    };
    const message = this.#request({
      channel: 'shell',
      type: 'execute_request',
      id,
      content,
      metadata: { cellId },
    });
    if (!this.#line.send(message)) throw new Error('The line to the kernel is cut; nothing was sent');
    this.#arm();
  }

  answerInput(parent: JupyterMessage, value: string): void {
    const message = createMessage({
      channel: 'stdin',
      type: 'input_reply',
      content: { value, status: 'ok' },
      id: this.#config.newId(),
      session: this.#session,
      date: this.#now(),
      parent: parent.header,
    });
    if (!this.#line.send(message) || this.#config.hasJournal) this.#answers.keep(parent, message);
  }

  sendComm(request: CommRequest): boolean {
    if (this.store.getState().state === 'dead') return false;
    if (this.#config.hasJournal) return this.#comms.add(request);
    if (!this.#line.isOpen) return false;
    this.#sendComm(request);
    return true;
  }

  #sendComm(request: CommRequest): void {
    const parts = { channel: 'shell', ...request } as const;
    if (this.store.getState().state !== 'busy') {
      this.#ask(parts);
      return;
    }
    // What the kernel can answer while a cell runs, it does; which of its shells that is it decides itself.
    void this.assist.subshell().then((subshellId) => {
      if (this.#config.hasJournal && !this.#comms.isDue(request.id)) return;
      this.#ask(subshellId === null ? parts : { ...parts, subshellId });
    });
  }

  interrupt(): Promise<void> {
    return this.#config.api.interrupt();
  }

  /** One after the other: a server that is told to restart a kernel in the middle of a restart fails at the first. */
  restart(): Promise<void> {
    const turn = this.#restarts.then(() => this.#restart());
    this.#restarts = turn.catch(() => undefined);
    return turn;
  }

  async #restart(): Promise<void> {
    const before = this.store.getState().state;
    this.#become('restarting');
    try {
      await this.#config.api.restart();
    } catch (error) {
      if (this.store.getState().state === 'restarting') this.#become(before);
      throw error;
    }
    // A kernel that tells nothing after its restart answers at least this.
    this.#askInfo('shell');
  }

  async shutdown(): Promise<void> {
    await this.#config.api.shutdown();
    this.#become('dead');
    this.#line.dispose();
  }

  dispose(): void {
    this.#watch?.dispose();
    this.#giveUp?.dispose();
    this.assist.dispose();
    this.#owned.dispose();
  }

  #opened(hello: CursorHello | null): void {
    this.#giveUp?.dispose();
    this.#giveUp = null;
    if (hello) {
      const isFirst = this.#replayEnd === null;
      this.#replayEnd ??= hello.head;
      this.#catchUpEnd = hello.head;
      this.#view.open(hello.state, hello.from <= hello.head);
      this.#publish();
      if (isFirst) this.store.setState({ from: hello.from });
    } else {
      void this.#believeServer();
    }
    if (!hello || hello.from > hello.head) this.#sendAnswers();
    this.#sendComms();
    if (this.store.getState().language === null) this.#askInfo('shell');
  }

  /** A backend without journal says nothing when a socket opens: its REST model is the first word. */
  async #believeServer(): Promise<void> {
    try {
      const state = await this.#config.api.state();
      if (state === null) {
        this.#become('dead');
        this.#line.dispose();
      } else if (!isHeard(this.store.getState().state)) {
        const known = state === 'idle' || state === 'busy' || state === 'starting' || state === 'restarting';
        this.#become(known ? state : 'unknown');
      }
    } catch (error) {
      this.#config.log.warn('The state of a kernel was not read', { error: String(error) });
    }
  }

  #receive(message: JupyterMessage, { seq, isInward }: { seq: number | null; isInward: boolean }): void {
    this.#watch?.dispose();
    this.#watch = null;
    this.#answers.hear(message);
    if (isInward) {
      this.#comms.hear(message);
      this.#view.didSend(message);
    } else this.#hear(message);
    if (seq !== null && seq >= this.#catchUpEnd) this.#view.caughtUp();
    if (seq !== null && seq === this.#catchUpEnd) this.#sendAnswers();
    if (message.header.msg_type === 'kernel_info_reply') this.#learnLanguage(message);
    const isReplay = seq !== null && seq <= (this.#replayEnd ?? 0);
    this.#received.fire({ message, seq, direction: isInward ? 'in' : 'out', isReplay });
    this.#publish();
    this.#sendComms();
  }

  #sendComms(): void {
    if (!this.#comms.isOpen && !this.#view.isReplaying) this.#comms.open();
  }

  /** What the past, which has been told by now, did not show to have arrived. */
  #sendAnswers(): void {
    for (const message of this.#answers.all()) this.#line.send(message);
    if (!this.#config.hasJournal) this.#answers.forget();
  }

  #hear(message: JupyterMessage): void {
    this.#view.didReceive(message);
    if (isNewProcess(message)) {
      this.assist.startOver();
      this.#answers.forget();
      this.#comms.forget();
    }
    this.assist.receive(message);
  }

  #down(why: 'cut' | 'signed-out' | 'app-stopped'): void {
    this.#watch?.dispose();
    this.#watch = null;
    this.#comms.close();
    this.assist.startOver();
    if (why === 'app-stopped' && this.#config.isAppGone()) {
      this.#become('dead');
      this.#line.dispose();
      return;
    }
    if (why !== 'cut') {
      this.#become('disconnected');
      return;
    }
    if (this.store.getState().state === 'disconnected') return;
    this.#become('reconnecting');
    this.#giveUp ??= this.#clock.after(DISCONNECTED_AFTER_MS, () => this.#become('disconnected'));
  }

  #become(state: KernelChannelState['state']): void {
    this.#view.become(state);
    this.#publish();
  }

  #publish(): void {
    const { state } = this.#view;
    if (this.store.getState().state !== state) {
      this.store.setState({ state, since: this.#clock.now() });
    }
    this.#arm();
  }

  /** Sends a probe when a running kernel of a backend without journal is silent, and makes the line anew without answer. */
  #arm(): void {
    if (this.#config.hasJournal || this.#watch || !this.#line.isOpen || this.#view.state !== 'busy') return;
    this.#watch = this.#clock.after(SILENCE_MS, () => {
      this.#askInfo('control');
      this.#watch = this.#clock.after(ANSWER_MS, () => {
        this.#watch = null;
        this.#line.reconnect();
      });
    });
  }

  #askInfo(channel: 'shell' | 'control'): void {
    this.#ask({ channel, type: 'kernel_info_request', id: this.#config.newId(), content: {} });
  }

  #ask(parts: Omit<Parameters<typeof createMessage>[0], 'session' | 'date'>): boolean {
    const message = this.#request(parts);
    this.#view.didSend(message);
    return this.#line.send(message);
  }

  #learnLanguage({ content }: JupyterMessage): void {
    const info = content['language_info'];
    if (this.store.getState().language !== null || !isJsonObject(info)) return;
    const text = (name: string) => (typeof info[name] === 'string' ? info[name] : '');
    this.store.setState({
      language: { name: text('name'), mimetype: text('mimetype'), version: text('version'), info },
    });
  }

  #request(parts: Omit<Parameters<typeof createMessage>[0], 'session' | 'date'>): JupyterMessage {
    return createMessage({ ...parts, session: this.#session, date: this.#now() });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** The kernel's process began or ended: subshells and open questions of before are gone with it. */
function isNewProcess({ header, content }: JupyterMessage): boolean {
  if (header.msg_type === 'shutdown_reply') return true;
  const told = header.msg_type === 'status' ? content['execution_state'] : undefined;
  return told === 'starting' || told === 'restarting' || told === 'autorestarting' || told === 'dead';
}

/** States that only the kernel's own messages tell. */
function isHeard(state: KernelChannelState['state']): boolean {
  return state === 'idle' || state === 'busy' || state === 'dead';
}
