import type { User } from '../studio/user.ts';
import type { AppRecord } from './app-record.ts';
import { isLive } from './app-state.ts';
import type { Clock } from './clock.ts';
import { afterDeath, noDeaths, type RestartHistory } from './restart-policy.ts';

/** How long a JupyterServer app that was given up stays so before a sign-in tries once more. */
const retryAfterMs = 10_000;

export type JupyterServersDeps = {
  clock: Clock;
  /** The user's newest JupyterServer app that is not Deleted. */
  newest: (user: User) => AppRecord | undefined;
  /** Starts one, after `waitMs`. */
  start: (user: User, waitMs: number) => AppRecord;
};

/** Keeps one JupyterServer app a user: started when it is not there, started again when it died, not for ever. */
export class JupyterServers {
  readonly #deps: JupyterServersDeps;
  readonly #histories = new Map<string, RestartHistory>();
  readonly #gaveUpAt = new Map<string, number>();

  constructor(deps: JupyterServersDeps) {
    this.#deps = deps;
  }

  /** The live one, or a new one; the Failed one when it was given up a moment ago. */
  ensure(user: User): AppRecord {
    const record = this.#deps.newest(user);
    const gaveUpAt = this.#gaveUpAt.get(user.id);
    const isGivenUp = gaveUpAt !== undefined && this.#deps.clock.now() - gaveUpAt < retryAfterMs;
    if (record && (isLive(record.app) || (record.app.status === 'Failed' && isGivenUp))) return record;
    return this.#deps.start(user, 0);
  }

  /** The live one, or a new one on a clean record: somebody asks for it. */
  create(user: User): { record: AppRecord; created: boolean } {
    const record = this.#deps.newest(user);
    if (record && isLive(record.app)) return { record, created: false };
    this.#histories.delete(user.id);
    return { record: this.#deps.start(user, 0), created: true };
  }

  /** What a person reads beside the cause of a death. */
  advice(user: User, livedMs: number): string {
    const { waitMs } = afterDeath(this.#histories.get(user.id) ?? noDeaths, livedMs);
    return waitMs === 'give-up'
      ? 'It ended three times in a row. Start it again when its log says why.'
      : 'It starts again by itself.';
  }

  handleDeath(user: User, livedMs: number): void {
    const { history, waitMs } = afterDeath(this.#histories.get(user.id) ?? noDeaths, livedMs);
    this.#histories.set(user.id, history);
    // A listener may have started the next one already, on seeing that this one failed.
    const newest = this.#deps.newest(user);
    if (newest && isLive(newest.app)) return;
    if (waitMs === 'give-up') this.#gaveUpAt.set(user.id, this.#deps.clock.now());
    else this.#deps.start(user, waitMs);
  }
}
