import { z } from 'zod';
import { idSchema, timeSchema } from './common.ts';

/** A kind of machine that can be chosen. `available` says whether this backend can hold it, and why not. */
export const instanceTypeSchema = z.object({
  /** SageMaker's name, `ml.t3.medium`. */
  name: z.string(),
  vcpu: z.number(),
  memoryGiB: z.number(),
  gpu: z.int(),
  category: z.string(),
  fastLaunch: z.boolean(),
  /** Position in SageMaker's own order. */
  order: z.int(),
  pricePerHour: z.number().optional(),
  currency: z.string().optional(),
  available: z.object({ ok: z.boolean(), reason: z.string().optional() }),
});
export type InstanceType = z.infer<typeof instanceTypeSchema>;

/** What an image needs. */
export const processorSchema = z.enum(['CPU', 'GPU']);

/** A kernel that an image offers, by the name that notebooks carry. */
export const kernelSpecSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  language: z.string(),
});
export type KernelSpec = z.infer<typeof kernelSpecSchema>;

/** `CREATING → CREATED` or `CREATE_FAILED`; only `CREATED` can be started. */
export const imageStatusSchema = z.enum(['CREATING', 'CREATED', 'CREATE_FAILED', 'DELETING']);

/** One step of making an image, in the order in which they run. */
export const imageStepSchema = z.object({
  name: z.string(),
  /** What is done, as a person reads it: `Download 42 packages`. */
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  typicalMs: z.number().optional(),
});
export type ImageStep = z.infer<typeof imageStepSchema>;

/** An environment for kernels and image terminals. */
export const imageSchema = z.object({
  id: idSchema,
  displayName: z.string(),
  description: z.string(),
  driver: z.string(),
  processor: processorSchema,
  status: imageStatusSchema,
  failureReason: z.string().optional(),
  /** Steps of its making; present while `CREATING` and after `CREATE_FAILED`. The log is `GET /images/{id}/log`. */
  steps: z.array(imageStepSchema).optional(),
  version: z.string(),
  kernels: z.array(kernelSpecSchema),
  packages: z.array(z.object({ name: z.string(), version: z.string() })).optional(),
  guidance: z.enum(['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED']),
  scope: z.enum(['domain', 'user']),
  /** Image names that Studio notebooks carry in their kernelspec and that mean this image. */
  aliases: z.array(z.string()),
});
export type Image = z.infer<typeof imageSchema>;

/** `JupyterServer`: files and system terminal, one a user. `KernelGateway`: one image on one instance. */
export const appTypeSchema = z.enum(['JupyterServer', 'KernelGateway']);
export type AppType = z.infer<typeof appTypeSchema>;

/** `Pending → InService → Deleting → Deleted`; `Failed` from each of the first three. `Deleted` is final. */
export const appStatusSchema = z.enum(['Pending', 'InService', 'Deleting', 'Failed', 'Deleted']);
export type AppStatus = z.infer<typeof appStatusSchema>;

/** Steps of a start, in order; a start may leave some out. */
export const phaseNameSchema = z.enum(['queued', 'instance', 'image', 'server', 'kernel']);
export type PhaseName = z.infer<typeof phaseNameSchema>;

/** A step of a start, with the time that it took in the past where that is known. */
export const phaseSchema = z.object({
  name: phaseNameSchema,
  startedAt: timeSchema,
  endedAt: timeSchema.optional(),
  typicalMs: z.number().optional(),
});
export type Phase = z.infer<typeof phaseSchema>;

/** Why something failed: a stable code, a sentence that says what to do, and the end of the log. */
export const failureSchema = z.object({ code: z.string(), message: z.string(), log: z.string().optional() });

/** A Jupyter Server of a user, and where it is in its life. */
export const appSchema = z.object({
  id: idSchema,
  type: appTypeSchema,
  status: appStatusSchema,
  health: z.enum(['ok', 'degraded', 'unreachable']),
  phase: phaseNameSchema.optional(),
  phases: z.array(phaseSchema),
  /** Sum of the typical times of the phases, in ms, where past starts are known. */
  typicalMs: z.number().optional(),
  imageId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  instanceType: z.string().nullable(),
  /** Relay path on this origin, ends with a slash; present once `InService`. */
  endpoint: z.object({ baseUrl: z.string() }).optional(),
  failure: failureSchema.optional(),
  identity: z.object({ uid: z.int().nullable(), gid: z.int().nullable(), mountPath: z.string() }),
  createdAt: timeSchema,
  lastActivity: timeSchema.nullable(),
  /** Why the last change of status happened, in words. */
  reason: z.string().optional(),
});
export type App = z.infer<typeof appSchema>;

/** What to start. The same user, type, image and instance type give the same app. */
export const createAppSchema = z.object({
  type: appTypeSchema,
  imageId: idSchema.optional(),
  instanceType: z.string().max(64).optional(),
  scriptId: idSchema.optional(),
});
export type CreateApp = z.infer<typeof createAppSchema>;

/** How limits are enforced: `cgroup-v2`, `cgroup-v1`, `none` (with the reason), or a word of another driver. */
export const enforcementSchema = z.object({
  cpu: z.string(),
  memory: z.string(),
  reason: z.string().optional(),
});
export type Enforcement = z.infer<typeof enforcementSchema>;

/** What an instance uses now. */
export const instanceUsageSchema = z.object({
  time: timeSchema,
  /** Share of all vCPUs of the type since the reading before, in percent; above 100 only where nothing enforces. */
  cpuPercent: z.number(),
  /** Bytes that cannot be given back: without file cache that the system may drop. */
  memoryBytes: z.number(),
  memoryLimitBytes: z.number().nullable(),
  /** Bytes in the instance’s ephemeral folder. */
  diskBytes: z.number().optional(),
  /** Share of scheduler periods in which the CPU limit held something back, in percent. */
  throttledPercent: z.number().optional(),
  /** Processes that the system ended for lack of memory, since the instance began. */
  oomKills: z.int().optional(),
  /** Where the figures come from: `cgroup-v2`, `cgroup-v1`, `processes`. */
  source: z.string(),
});
export type InstanceUsage = z.infer<typeof instanceUsageSchema>;

const share = { cpuPercent: z.number(), memoryBytes: z.number() };

/** What the parts of an instance use: same units as the instance, so that the shares add up. */
export const usageSchema = instanceUsageSchema.extend({
  instanceId: idSchema,
  apps: z.array(
    z.object({
      appId: idSchema,
      ...share,
      kernels: z.array(z.object({ kernelId: z.string(), ...share })),
      terminals: z.array(z.object({ name: z.string(), ...share })),
    }),
  ),
});
export type Usage = z.infer<typeof usageSchema>;

/** A machine of a user. It comes with its first app and goes with its last. */
export const instanceSchema = z.object({
  id: idSchema,
  type: z.string(),
  status: z.enum(['Pending', 'InService', 'Deleting', 'Deleted']),
  apps: z.array(idSchema),
  /** The newest reading at the time of the answer; `usage` events bring further ones. */
  usage: instanceUsageSchema.optional(),
  enforcement: enforcementSchema,
  startedAt: timeSchema,
});
export type Instance = z.infer<typeof instanceSchema>;

/** The end of a log, at most 256 KiB. */
export const logTextSchema = z.object({
  text: z.string(),
  /** Bytes before `text` that are not in this answer. */
  cutBytes: z.int(),
});
export type LogText = z.infer<typeof logTextSchema>;

/** An environment that was found in the home and can become an image with one request. */
export const foundEnvironmentSchema = z.object({
  id: idSchema,
  kind: z.enum(['venv', 'uv', 'conda', 'kernelspec']),
  displayName: z.string(),
  /** Folder of the environment (or of the kernelspec), below the home where it is there: `project/.venv`. */
  path: z.string(),
  /** `3.12.4`, or the language of a kernelspec that is no Python. */
  version: z.string().optional(),
  /** The image that was made of it. */
  imageId: idSchema.optional(),
  /** Why it cannot be used, and what to do. */
  reason: z.string().optional(),
});
export type FoundEnvironment = z.infer<typeof foundEnvironmentSchema>;

/** Makes an image, for this user, of an environment that was found. */
export const createImageSchema = z.object({ environmentId: idSchema });
export type CreateImage = z.infer<typeof createImageSchema>;
