import { type Clock, abortReason } from '../clock.ts';

/**
 * Requests around a silence of the network. After a half-open line was found, other connections of the browser are as
 * dead: those that wait for an answer, and for a while those that are taken from its pool. Their requests get little
 * time, and that in which their body gets through a slow network; reads are then tried again, on a new connection, and
 * writes fail as if the network had been cut. At any other time a request may take as long as it wants.
 */
export type Silence = {
  begin(): void;
  guard(
    attempt: (signal: AbortSignal) => Promise<Response>,
    given: AbortSignal | undefined,
    /** `size`: bytes of the body. */
    request: { isSafe: boolean; size: number },
  ): Promise<Response>;
};

const PATIENCE_MS = 8_000;
/** A network that carries less than 32 kB a second is as good as dead. */
const FLOOR_BYTES_PER_MS = 32;
const DISTRUST_MS = 30_000;
/** How long a request may wait on a connection that may be dead, in ms. */
export const patience = (size: number) => PATIENCE_MS + size / FLOOR_BYTES_PER_MS;

/** As many connections of one kind as a browser keeps to one server. */
const POOL = 6;

/** Nothing is suspected before `begin`. */
export function createSilence(clock: Clock): Silence {
  /** The request, and until when it may wait. */
  const waiting = new Map<AbortController, number>();
  let distrustUntil = Number.NEGATIVE_INFINITY;

  const limit = (request: AbortController, due: number) =>
    clock.after(Math.max(0, due - clock.elapsed()), () => {
      if (waiting.has(request)) request.abort(new TypeError('The network went silent'));
    });

  async function once(
    attempt: (signal: AbortSignal) => Promise<Response>,
    given: AbortSignal | undefined,
    size: number,
  ): Promise<Response | null> {
    const ours = new AbortController();
    const sentAt = clock.elapsed();
    const due = sentAt + patience(size);
    waiting.set(ours, due);
    const timer = sentAt < distrustUntil ? limit(ours, due) : null;
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
      distrustUntil = clock.elapsed() + DISTRUST_MS;
      for (const [request, due] of waiting) limit(request, due);
    },
    async guard(attempt, given, { isSafe, size }) {
      for (let left = isSafe ? POOL : 1; left > 0; left--) {
        const response = await once(attempt, given, size);
        if (response) return response;
      }
      if (given?.aborted) throw abortReason(given);
      throw new TypeError('The network went silent');
    },
  };
}
