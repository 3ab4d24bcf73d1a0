import type { App } from '@atelier-ide/contract';
import type { AppEndpoint } from '../drivers/driver.ts';
import { AppUnreachableError } from '../kernels/app-http.ts';
import { type AppReading, type AskApp, readApp } from './app-reading.ts';
import { type AppRates, ratesOf } from './usage-rates.ts';

const timeoutMs = 5000;
/** Answers that are missing one after the other until the app counts as hung or gone. */
const maxMisses = 3;

export type AppMeterOptions = {
  appId: string;
  vcpu: number;
  /** Apps with a question on its way, whoever has asked it. */
  asking: Set<string>;
  ask: AskApp | undefined;
  onHealth: (health: App['health']) => void;
  onReading: (reading: AppReading) => void;
};

/**
 * Asks one app what it uses. At most one question is on its way: an app that hangs is asked again when the question
 * before has run into its time limit.
 */
export class AppMeter {
  readonly #options: AppMeterOptions;
  #isClosed = false;
  #misses = 0;
  #before: AppReading | undefined;
  #rates: AppRates | undefined;
  #answers = 0;

  constructor(options: AppMeterOptions) {
    this.#options = options;
  }

  /** The newest rates; undefined before the first reading and once the app does not answer any more. */
  get rates(): AppRates | undefined {
    return this.#rates;
  }

  /** How many readings there were. */
  get answers(): number {
    return this.#answers;
  }

  /** Resolves when the app has answered, or has missed; at once while a question is on its way. */
  async ask(endpoint: AppEndpoint): Promise<void> {
    const { appId, asking } = this.#options;
    if (asking.has(appId)) return;
    asking.add(appId);
    try {
      const { status, reading } = await readApp(endpoint, timeoutMs, this.#options.ask);
      if (this.#isClosed) return;
      if (status >= 500) this.#miss('degraded');
      else this.#answer(reading);
    } catch (error) {
      if (!(error instanceof AppUnreachableError)) throw error;
      if (!this.#isClosed) this.#miss(error.isLate ? 'degraded' : 'unreachable');
    } finally {
      asking.delete(appId);
    }
  }

  /** What is still on its way is not told any more. */
  close(): void {
    this.#isClosed = true;
  }

  #answer(reading: AppReading | null): void {
    this.#misses = 0;
    this.#options.onHealth('ok');
    if (!reading) return;
    const { appId, vcpu } = this.#options;
    this.#rates = ratesOf(appId, this.#before, reading, vcpu);
    this.#before = reading;
    this.#answers += 1;
    this.#options.onReading(reading);
  }

  #miss(health: App['health']): void {
    this.#misses += 1;
    if (this.#misses < maxMisses) return;
    this.#rates = undefined;
    this.#options.onHealth(health);
  }
}
