import { z } from 'zod';
import { idSchema, timeSchema } from './common.ts';
import { enforcementSchema } from './compute.ts';

/** An `admin` sees all users of the domain. */
export const roleSchema = z.enum(['user', 'admin']);

/** Who is signed in. */
export const meSchema = z.object({
  userProfileId: idSchema,
  domainId: idSchema,
  displayName: z.string(),
  role: roleSchema,
});
export type Me = z.infer<typeof meSchema>;

/** What a backend may offer beyond the required part; an absent feature hides its UI. */
export const featureSchema = z.enum([
  'executions',
  'journal',
  'leases',
  'tokens',
  'usage',
  'enforcement',
  'switch',
  'variables',
  'price',
  'quota',
  'idle',
  'scripts',
  'shares',
  'registries',
  'instances.choose',
  'environments',
  'logs',
  'terminals.image',
  'files.cas',
  'files.page',
  'files.upload',
  'files.archive',
  'files.watch',
  'files.search',
  'format',
  'admin',
]);
export type Feature = z.infer<typeof featureSchema>;

/** What this backend offers. Nothing is guessed: an absent feature hides its part of the interface. */
export const capabilitiesSchema = z.object({
  /** Version of this contract, `1.x`. */
  version: z.string(),
  /** Id of this backend; browser-side state (edits, layout) is kept under it. */
  serverId: idSchema,
  /** The driver that runs the apps, for display only. */
  driver: z.string(),
  features: z.array(featureSchema),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** What holds for all users of a backend: defaults, limits, sharing. */
export const domainSchema = z.object({
  id: idSchema,
  name: z.string(),
  status: z.enum(['InService', 'Pending', 'Failed']),
  defaults: z.object({
    imageId: idSchema.nullable(),
    cpuInstanceType: z.string().nullable(),
    gpuInstanceType: z.string().nullable(),
    scriptId: idSchema.nullable(),
  }),
  limits: z.object({
    appsPerInstance: z.int(),
    instancesPerType: z.int(),
    /** Sum over the types of all running instances; absent = only each type by itself must fit the host. */
    totalVcpu: z.number().optional(),
    totalMemoryGiB: z.number().optional(),
  }),
  /** How this backend holds instances to their size. */
  enforcement: enforcementSchema.optional(),
  sharing: z.object({ outputs: z.boolean() }),
});
export type Domain = z.infer<typeof domainSchema>;

/** A user of the domain, with the home folder. */
export const userProfileSchema = z.object({
  id: idSchema,
  name: z.string(),
  status: z.enum(['InService', 'Pending', 'Failed']),
  home: z.object({
    uid: z.int().nullable(),
    gid: z.int().nullable(),
    path: z.string(),
    usedBytes: z.int().optional(),
    quotaBytes: z.int().optional(),
  }),
});
export type UserProfile = z.infer<typeof userProfileSchema>;

/** `read` for GET, `write` for files and documents, `compute` for everything that runs code. */
export const scopeSchema = z.enum(['read', 'write', 'compute']);
export type Scope = z.infer<typeof scopeSchema>;

/** A personal token, without its secret. */
export const tokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
});
export type Token = z.infer<typeof tokenSchema>;

/** A token to make; it can do no more and live no longer than what asks for it. */
export const createTokenSchema = z.object({
  name: z.string().min(1).max(100),
  scopes: z.array(scopeSchema).min(1),
  /** Life of the token in seconds; absent = until revoked. */
  expiresInSeconds: z.int().min(60).max(31_536_000).optional(),
});
export type CreateToken = z.infer<typeof createTokenSchema>;

/** The secret is shown once, in the answer to its creation. */
export const createdTokenSchema = tokenSchema.extend({ secret: z.string() });
export type CreatedToken = z.infer<typeof createdTokenSchema>;
