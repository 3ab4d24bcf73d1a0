/**
 * What ran on the kernel of a console before, in other sessions too, as the kernel itself remembers it. It is asked once
 * for each line to a kernel, when the kernel has time.
 */
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { KernelChannel } from '@/services/jupyter/kernels-service.ts';

const COUNT = 500;

type Line = Pick<KernelChannel, 'assist' | 'store'>;

export class KernelHistory implements Disposable {
  #sources: readonly string[] = [];
  #following: Disposable | null = null;

  /** With what ran here, the oldest first. What ran here too stands where it ran here. */
  with(own: readonly string[]): string[] {
    const here = new Set(own);
    return [...this.#sources.filter((source) => !here.has(source)), ...own];
  }

  follow({ assist, store }: Line): void {
    this.dispose();
    let isOver = false;
    let isAsking = false;
    const ask = async () => {
      if (isAsking || isOver || store.getState().state !== 'idle') return;
      isAsking = true;
      const answer = await assist.history(COUNT);
      isAsking = false;
      // A newer line asks for itself; a kernel that was busy is asked when it is idle again.
      if (isOver || !answer.ok) return;
      this.#sources = answer.value;
      this.dispose();
    };
    const stop = store.subscribe(() => void ask());
    this.#following = toDisposable(() => {
      isOver = true;
      stop();
    });
    void ask();
  }

  dispose(): void {
    this.#following?.dispose();
    this.#following = null;
  }
}
