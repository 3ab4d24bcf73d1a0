import { z } from 'zod';
import { timeSchema } from './common.ts';
import { appSchema, imageSchema, instanceSchema, usageSchema } from './compute.ts';
import { documentSchema, executionSchema, kernelSchema, switchSchema } from './documents.ts';

const base = { seq: z.int(), time: timeSchema, reason: z.string().optional() };

/**
 * One event of the resumable stream. `seq` rises by at least one; a client resumes with `after=<seq>` (WebSocket) or
 * Last-Event-ID (SSE). Every event carries the whole resource, so that applying the newest one is always enough.
 */
export const studioEventSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('app'), app: appSchema }),
  z.object({ ...base, type: z.literal('instance'), instance: instanceSchema }),
  z.object({ ...base, type: z.literal('image'), image: imageSchema }),
  /** A reading every 2 s or so for each instance in service; not kept for resuming, its `seq` is that of the event before. */
  z.object({ ...base, type: z.literal('usage'), usage: usageSchema }),
  z.object({ ...base, type: z.literal('switch'), switch: switchSchema }),
  z.object({ ...base, type: z.literal('document'), document: documentSchema }),
  z.object({ ...base, type: z.literal('execution'), execution: executionSchema }),
  z.object({ ...base, type: z.literal('kernel'), kernel: kernelSchema }),
  z.object({
    ...base,
    type: z.literal('death'),
    kernelId: z.string(),
    appId: z.string(),
    cause: z.string(),
  }),
  /** The events after the client's `after` are no longer kept: read the resources again, then go on from `seq`. */
  z.object({ ...base, type: z.literal('reset') }),
  /** First message of a stream; nothing was missed when `seq` equals the client's `after`. */
  z.object({ ...base, type: z.literal('hello') }),
]);
export type StudioEvent = z.infer<typeof studioEventSchema>;
