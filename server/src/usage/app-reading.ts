import { z } from 'zod';
import type { AppEndpoint } from '../drivers/driver.ts';
import { type AppCall, type AppAnswer, callApp } from '../kernels/app-http.ts';

const countersSchema = z.object({ cpuUsec: z.number().nonnegative(), memoryBytes: z.number().nonnegative() });
export type Counters = z.infer<typeof countersSchema>;

/** How the process of a kernel before the one that runs died by itself; `said` is the line of stderr that tells most. */
const deathSchema = z.object({ code: z.int().nullable(), signal: z.string().nullable(), said: z.string() });
export type KernelDeath = z.infer<typeof deathSchema>;

/** Answer of `GET {app}/studio/usage`: counters that only rise, read at `time`, a monotonic clock in seconds. */
export const appReadingSchema = z.object({
  time: z.number(),
  /** The control group of the app's instance; null where there is none. */
  group: z
    .object({
      source: z.string(),
      cpuUsec: z.number(),
      memoryBytes: z.number(),
      memoryLimitBytes: z.number().nullable(),
      periods: z.number(),
      throttledPeriods: z.number(),
      oomKills: z.int(),
    })
    .nullable(),
  /** The Jupyter Server itself, without its kernels and terminals. */
  app: countersSchema,
  kernels: z.array(countersSchema.extend({ id: z.string(), death: deathSchema.nullish() })),
  terminals: z.array(countersSchema.extend({ name: z.string() })),
  disk: z.object({ path: z.string(), bytes: z.number() }).nullable(),
});
export type AppReading = z.infer<typeof appReadingSchema>;

/** How an app is asked; tests give their own. */
export type AskApp = (endpoint: AppEndpoint, call: AppCall) => Promise<AppAnswer>;

/** `null`: the app answers, but gives no reading (another version, or no extension of ours). */
export type AppAnswered = { status: number; reading: AppReading | null };

/** Asks an app what it uses, or, where it has no extension of ours, only whether it is there. Rejects when it does not answer. */
export async function readApp(
  endpoint: AppEndpoint,
  timeoutMs: number,
  ask: AskApp = callApp,
): Promise<AppAnswered> {
  const path = endpoint.extension ? 'studio/usage' : 'api/status';
  const { status, body } = await ask(endpoint, { method: 'GET', path, timeoutMs });
  const parsed = status === 200 && endpoint.extension ? appReadingSchema.safeParse(body) : undefined;
  return { status, reading: parsed?.success === true ? parsed.data : null };
}
