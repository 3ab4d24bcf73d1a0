import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from '@/services/clock.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import { FrameHeights } from './frame-heights.ts';
import { ScriptTrust } from './script-trust.ts';

/** What is known of the outputs in frames of one notebook, in all of its views and when it is opened again. */
export class FrameMemory implements Disposable {
  readonly trust: ScriptTrust;
  readonly heights: FrameHeights;
  readonly #owned = new DisposableStore();

  constructor({ getState }: NotebookStore, storage: StorageService, clock: Clock) {
    const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
    this.trust = this.#owned.add(
      new ScriptTrust({
        storage,
        clock,
        isFresh: (output) => getState().fresh.has(output),
        digest: subtle ? (data) => subtle.digest('SHA-256', data) : null,
      }),
    );
    this.heights = this.#owned.add(new FrameHeights(storage, clock));
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
