import { createHash } from 'node:crypto';
import type { ApiAnswer } from './api-call.ts';
import { fail } from './problem-response.ts';

const keepMs = 10 * 60_000;
const maxKept = 2000;

/** Answers of POSTs by Idempotency-Key, so that a request that is sent again is not done again. */
export type Idempotency = {
  /** Runs `act`, or gives the answer of the earlier request with this key. `request` names user, method and path. */
  run(
    key: string | undefined,
    request: string,
    body: string,
    act: () => Promise<ApiAnswer>,
  ): Promise<ApiAnswer>;
};

type Kept = { at: number; fingerprint: string; answer: Promise<ApiAnswer> };

export function createIdempotency(now: () => number): Idempotency {
  // In order of age: insertion order is the order of time.
  const kept = new Map<string, Kept>();
  const forgetOld = (): void => {
    for (const [name, { at }] of kept) {
      if (at + keepMs > now() && kept.size <= maxKept) return;
      kept.delete(name);
    }
  };
  return {
    async run(key, request, body, act) {
      if (key === undefined) return act();
      if (key === '' || key.length > 255) {
        throw fail('bad-input', 'Give an Idempotency-Key of 1 to 255 characters.', {
          path: 'Idempotency-Key',
        });
      }
      forgetOld();
      const name = `${request}\n${key}`;
      const fingerprint = createHash('sha256').update(body).digest('base64');
      const earlier = kept.get(name);
      if (earlier) {
        if (earlier.fingerprint !== fingerprint)
          throw fail('conflict', 'This Idempotency-Key was used with another body. Use a new key.');
        const answer = await earlier.answer;
        return { ...answer, headers: { ...answer.headers, 'Idempotent-Replay': 'true' } };
      }
      const answer = act();
      kept.set(name, { at: now(), fingerprint, answer });
      // What failed did not happen; the client may try it again under the same key.
      answer.catch(() => kept.delete(name));
      return answer;
    },
  };
}
