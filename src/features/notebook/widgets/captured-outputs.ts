/**
 * What Output widgets caught, on its way to those who show it and to the kernel, which keeps it for pages to come. A
 * loop that prints a thousand lines is told a few times a second, not a thousand times.
 */
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';

const SHOW_MS = 50;

export type CapturedOutputsHost = {
  clock: Clock;
  outputsOf(id: string): JsonObject[];
  show(id: string, values: JsonObject): void;
  tell(id: string, values: JsonObject): void;
};

export class CapturedOutputs implements Disposable {
  readonly #host: CapturedOutputsHost;
  /** Widgets whose outputs changed → whether the kernel needs to hear of it. */
  readonly #changed = new Map<string, boolean>();
  /** Widgets whose outputs the kernel has not been told. */
  readonly #untold = new Set<string>();
  #timer: Disposable | null = null;

  constructor(host: CapturedOutputsHost) {
    this.#host = host;
  }

  /** A widget caught something; what is only told again the kernel knows. */
  mark(id: string, isReplay: boolean): void {
    this.#changed.set(id, (this.#changed.get(id) ?? false) || !isReplay);
    this.#timer ??= this.#host.clock.after(SHOW_MS, () => {
      this.#timer = null;
      this.#show();
    });
  }

  #show(): void {
    for (const [id, isNew] of this.#changed) {
      this.#host.show(id, { outputs: this.#host.outputsOf(id) });
      if (isNew) this.#untold.add(id);
    }
    this.#changed.clear();
  }

  /** A request came to its end: everybody is told now. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = null;
    this.#show();
    for (const id of this.#untold) this.#host.tell(id, { outputs: this.#host.outputsOf(id) });
    this.#untold.clear();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }
}
