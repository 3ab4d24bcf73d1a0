/**
 * The queue of the notebook's kernel while somebody looks at it. It is read again after events of this kernel, not by
 * the clock; a move shows at once and is taken back where the server refuses it.
 */
import type { Execution } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import type { EventStream } from '@/services/studio-api/event-stream.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import type { MoveResult, NotebookQueue } from './notebook-queue.ts';
import { withMove } from './queue-rows.ts';
import { createQueueStore } from './queue-store.ts';

/** "Run all" of small cells makes events faster than anybody reads. */
const READ_MS = 150;

export type QueueModelHost = {
  queue: Pick<NotebookQueue, 'read' | 'move' | 'onDidChange'>;
  notebook: Pick<NotebookStore, 'getState' | 'subscribe'>;
  events: Pick<EventStream, 'onDidReceive'>;
  clock: Clock;
};

export class QueueModel {
  readonly store = createQueueStore();
  readonly #host: QueueModelHost;
  #isFollowing = false;
  #timer: Disposable | null = null;
  #reads = 0;
  /** Moves on their way: what is read meanwhile does not show them. */
  #moves = 0;

  constructor(host: QueueModelHost) {
    this.#host = host;
  }

  /** Reads the queue, and again after each event of it, until the answer is called. */
  follow(): () => void {
    const { events, notebook, queue } = this.#host;
    const owned = new DisposableStore();
    this.#isFollowing = true;
    owned.add(
      events.onDidReceive((event) => {
        if (event.type === 'reset' || (event.type === 'execution' && this.#concerns(event.execution)))
          this.#readSoon();
      }),
    );
    owned.add(toDisposable(queue.onDidChange(() => this.#readSoon())));
    owned.add(
      toDisposable(
        notebook.subscribe((now, before) => {
          if (now.document?.binding !== before.document?.binding) this.#readSoon();
        }),
      ),
    );
    void this.#read();
    return () => {
      this.#isFollowing = false;
      this.#timer?.dispose();
      this.#timer = null;
      owned.dispose();
    };
  }

  #concerns({ documentId, kernelId }: Execution): boolean {
    const { document } = this.#host.notebook.getState();
    return document !== null && (documentId === document.id || kernelId === document.binding.kernelId);
  }

  #readSoon(): void {
    this.#timer ??= this.#host.clock.after(READ_MS, () => {
      this.#timer = null;
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    const mine = ++this.#reads;
    try {
      const queue = await this.#host.queue.read();
      if (mine !== this.#reads || !this.#isFollowing) return;
      if (this.#moves > 0) this.#readSoon();
      else this.store.setState({ queue, isStale: false });
    } catch {
      // The server is away: the next event, or the `reset` after the line is back, reads again.
      if (mine === this.#reads && this.#isFollowing) this.store.setState({ isStale: true });
    }
  }

  /** Puts what waits at a place of the list as it is shown. */
  async move(id: string, position: number): Promise<MoveResult> {
    const { queue } = this.store.getState();
    if (!queue) return 'failed';
    const seen = queue.items.map((one) => one.id);
    this.store.setState({ queue: withMove(queue, id, position) });
    this.#moves += 1;
    const result = await this.#host.queue.move(id, position, seen);
    this.#moves -= 1;
    await this.#read();
    return result;
  }
}
