import { type Clock, abortReason } from '../clock.ts';

/**
 * Requests around a silence of the network. After a half-open line was found, other connections of the browser are as
 * dead: those that wait for an answer, and for a while those that are taken from its pool. Their requests get little
 * time; reads are then tried again, on a new connection, and writes fail as if the network had been cut. At any other
 * time a request may take as long as it wants.
 */
export type Silence = {
  begin(): void;
  guard(
    attempt: (signal: AbortSignal) => Promise<Response>,
    given: AbortSignal | undefined,
    request: { isSafe: boolean; isLarge: boolean },
  ): Promise<Response>;
};

const PATIENCE_MS = 8_000;
const DISTRUST_MS = 30_000;
/** As many connections of one kind as a browser keeps to one server. */
const POOL = 6;

/** Nothing is suspected before `begin`. */
export function createSilence(clock: Clock): Silence {
  const waiting = new Map<AbortController, number>();
  let distrustUntil = Number.NEGATIVE_INFINITY;

  const limit = (request: AbortController, sentAt: number) =>
    clock.after(Math.max(0, sentAt + PATIENCE_MS - clock.now()), () => {
      if (waiting.has(request)) request.abort(new TypeError('The network went silent'));
    });

  async function once(
    attempt: (signal: AbortSignal) => Promise<Response>,
    given: AbortSignal | undefined,
    isLarge: boolean,
  ): Promise<Response | null> {
    const ours = new AbortController();
    const sentAt = clock.now();
    if (!isLarge) waiting.set(ours, sentAt);
    const timer = !isLarge && sentAt < distrustUntil ? limit(ours, sentAt) : null;
    try {
      return await attempt(given ? AbortSignal.any([given, ours.signal]) : ours.signal);
    } catch (error) {
      if (ours.signal.aborted && given?.aborted !== true) return null;
      throw error;
    } finally {
      timer?.dispose();
      waiting.delete(ours);
    }
  }

  return {
    begin() {
      distrustUntil = clock.now() + DISTRUST_MS;
      for (const [request, sentAt] of waiting) limit(request, sentAt);
    },
    async guard(attempt, given, { isSafe, isLarge }) {
      for (let left = isSafe ? POOL : 1; left > 0; left--) {
        const response = await once(attempt, given, isLarge);
        if (response) return response;
      }
      if (given?.aborted) throw abortReason(given);
      throw new TypeError('The network went silent');
    },
  };
}
