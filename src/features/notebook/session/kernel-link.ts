/**
 * The line from a notebook to the kernel that its document is bound to. It follows the binding: another kernel, another
 * line; cells and outputs stay. It attaches where the journal still has everything that is not in the file yet, and
 * goes on behind what it has told of a kernel before: each number is told once. Where some have to be told again,
 * because something before them was missed or because the server begins anew, that is said before the first of them,
 * and nothing of a former line comes in between.
 */
import type { Binding, KernelState } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { KernelChannel, KernelsService, ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import type { EventStream } from '@/services/studio-api/event-stream.ts';
import { type Executions, replayPlace } from './execution-book.ts';
import type { NotebookStore } from './notebook-store.ts';

export type KernelLinkHost = {
  store: NotebookStore;
  kernels: KernelsService;
  events: Pick<EventStream, 'onDidReceive'>;
  log: LogService;
  executions(): Executions;
  receive(message: ReceivedMessage): void;
  didReset(): void;
  /** Everything of this kernel's journal behind this number is about to be told, some of it perhaps again. */
  willReplay(kernelId: string, after: number): void;
  /** The line goes to this kernel from now on; '' = there is none. */
  didFollow(kernel: string): void;
  /** The line stands, and what is sent gets there; or it does not, and what was sent may not have. */
  didOpen(): void;
  didCut(): void;
};

/** What was told of a kernel's journal, without a hole: the numbers behind `after`, up to `to`. */
type Told = { epoch: string; after: number; to: number };

type Line = {
  channel: KernelChannel;
  owned: DisposableStore;
  /** The place that was asked for; a line without one begins wherever the server was when it opened. */
  asked: number;
};

export class KernelLink implements Disposable {
  readonly #host: KernelLinkHost;
  readonly #events: Disposable;
  #wanted = '';
  #attempt = 0;
  #line: Line | null = null;
  /** By kernel; also of those that the document left, as it may come back to them. */
  readonly #told = new Map<string, Told>();

  constructor(host: KernelLinkHost) {
    this.#host = host;
    this.#events = host.events.onDidReceive((event) => {
      const binding = host.store.getState().document?.binding;
      if (event.type !== 'death' || event.kernelId !== binding?.kernelId) return;
      host.store.setState({ death: { cause: event.cause } });
    });
  }

  get channel(): KernelChannel | null {
    return this.#line?.channel ?? null;
  }

  /** More of what this kernel has done may come: nobody should take its outputs for complete. */
  isTelling(kernelId: string): boolean {
    if (this.#line) return this.#line.channel.kernelId === kernelId && this.#line.channel.isCatchingUp;
    return this.#wanted.endsWith(`/${kernelId}`);
  }

  /** The binding is new or changed. */
  follow(binding: Binding): void {
    const { appId, kernelId, state } = binding;
    const isThere =
      (state === 'bound' || state === 'switching') && appId !== undefined && kernelId !== undefined;
    const wanted = isThere ? `${appId}/${kernelId}` : '';
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#attempt += 1;
      this.#end();
      this.#host.didFollow(wanted);
      if (isThere) void this.#attach(appId, kernelId);
    }
    if (!this.#line) this.#show(unattachedState(binding), binding.failure?.message ?? null);
  }

  async #attach(appId: string, kernelId: string): Promise<void> {
    const attempt = ++this.#attempt;
    const place = this.#placeFor(kernelId);
    try {
      const channel = await this.#host.kernels.attach(appId, kernelId, place);
      if (attempt !== this.#attempt) channel.dispose();
      else this.#use(channel, place?.seq ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      this.#host.log.error('The kernel could not be attached', error);
      if (attempt === this.#attempt) this.#show('disconnected', null);
    }
  }

  /** Behind what was told of it, unless something that is not in the file stands before that. */
  #placeFor(kernelId: string): { epoch: string; seq: number } | undefined {
    const needed = replayPlace(this.#host.executions(), kernelId);
    const told = this.#told.get(kernelId);
    const goesOn = told && (!needed || (needed.epoch === told.epoch && needed.seq >= told.after));
    return goesOn ? { epoch: told.epoch, seq: told.to } : needed;
  }

  #use(channel: KernelChannel, asked: number): void {
    this.#end();
    const owned = new DisposableStore();
    const line: Line = { channel, owned, asked };
    this.#line = line;
    this.#notePlace(channel);
    owned.add(
      channel.onDidReceive((message) => {
        this.#notePlace(channel);
        this.#host.receive(message);
      }),
    );
    owned.add(
      channel.onDidReset(() => {
        this.#notePlace(channel);
        this.#host.didReset();
      }),
    );
    const follow = () => {
      const { state, language, from } = channel.store.getState();
      this.#notePlace(channel);
      this.#show(state, null);
      if (state === 'reconnecting' || state === 'disconnected') this.#host.didCut();
      else if (from !== null || state === 'idle' || state === 'busy') this.#host.didOpen();
      if (language?.name) this.#host.store.setState({ language: language.name });
      this.didLearn();
    };
    owned.add(toDisposable(channel.store.subscribe(follow)));
    follow();
  }

  /**
   * A channel that is not where the telling was, or beyond, begins anew. Before it has opened, its place is a wish: the
   * journal may no longer reach back to it.
   */
  #notePlace({ kernelId, place, store }: KernelChannel): void {
    if (!place || store.getState().from === null) return;
    const { epoch, seq } = place;
    const told = this.#told.get(kernelId);
    if (told?.epoch === epoch && told.to <= seq) {
      told.to = seq;
      return;
    }
    const isWithin = told?.epoch === epoch && told.after <= seq;
    this.#told.set(kernelId, { epoch, after: isWithin ? told.after : seq, to: seq });
    if (told) this.#host.willReplay(kernelId, seq);
  }

  /**
   * Executions became known, or the line opened: one that began before what was told is read from the journal
   * again. An execution can begin while the line is being opened, and be known only after it. A place is asked for
   * once: what the journal no longer holds does not come by asking again.
   */
  didLearn(): void {
    const line = this.#line;
    if (!line || line.channel.store.getState().from === null) return;
    const { kernelId, appId } = line.channel;
    const after = this.#told.get(kernelId)?.after ?? 0;
    const place = replayPlace(this.#host.executions(), kernelId);
    if (!place || place.seq >= Math.min(after, line.asked)) return;
    line.asked = place.seq;
    void this.#attach(appId, kernelId);
  }

  #show(state: KernelState, cause: string | null): void {
    const { store } = this.#host;
    const { kernel } = store.getState();
    if (kernel.state === state && kernel.cause === cause) return;
    store.setState({ kernel: { state, cause, since: kernel.state === state ? kernel.since : Date.now() } });
  }

  #end(): void {
    const line = this.#line;
    this.#line = null;
    line?.owned.dispose();
    line?.channel.dispose();
  }

  dispose(): void {
    this.#attempt += 1;
    this.#events.dispose();
    this.#end();
  }
}

/** What is true of the kernel while no line to it is open. */
function unattachedState({ state }: Binding): KernelState {
  switch (state) {
    case 'none':
      return 'none';
    case 'starting':
    case 'bound':
    case 'switching':
      return 'starting';
    case 'ended':
      return 'dead';
  }
}
