import { z } from 'zod';
import { homePathSchema, idSchema, timeSchema } from './common.ts';

/** Which kernel a document has. Between `switching` and `bound` the former kernel stays the document’s. */
export const bindingSchema = z.object({
  /** Compare-and-swap number: a change names the generation it saw in If-Match. */
  generation: z.int(),
  state: z.enum(['none', 'starting', 'bound', 'switching', 'ended']),
  appId: idSchema.optional(),
  kernelId: z.string().optional(),
  kernelName: z.string().optional(),
  /** The switch that runs, while `switching` by one: for a page that did not ask for it. */
  switchId: idSchema.optional(),
  /** Present while `starting` and after a start that failed. */
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Binding = z.infer<typeof bindingSchema>;

/** What to run on: image, kernel and instance type; `null` leaves the choice to the backend. */
export const environmentSchema = z.object({
  imageId: idSchema.nullable(),
  kernelName: z.string().nullable(),
  instanceType: z.string().nullable(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What the server proposes to run this document on; `note` says why a wish in the file was not followed. */
export const proposalSchema = environmentSchema.extend({
  source: z.enum(['remembered', 'metadata', 'default']),
  note: z.string().optional(),
});
export type Proposal = z.infer<typeof proposalSchema>;

/** A file with an identity of its own: the id stays while the path changes. */
export const documentSchema = z.object({
  id: idSchema,
  path: homePathSchema,
  kind: z.enum(['notebook', 'file']),
  binding: bindingSchema,
  proposal: proposalSchema,
  /**
   * Who writes the document, and the number that saves carry. `written` is the hash of the file as the server wrote it
   * last: who read it before that reads it again.
   */
  lease: z.object({ holder: z.string().optional(), fence: z.int(), written: z.string().optional() }),
});
export type StudioDocument = z.infer<typeof documentSchema>;

/** `metadata` is what the notebook file says of its environment (kernelspec name, instance_type), to make the proposal. */
export const putDocumentSchema = z.object({
  path: homePathSchema,
  metadata: z
    .object({
      kernelspecName: z.string().max(512).optional(),
      instanceType: z.string().max(128).optional(),
      imageId: z.string().max(512).optional(),
    })
    .optional(),
});
export type PutDocument = z.infer<typeof putDocumentSchema>;

/**
 * Binds a document. `environment` starts (or shares) the app it names and a kernel in it; `null` takes the kernel
 * away ("No kernel") without ending it. The answer comes at once with state `starting`; events follow.
 *
 * `onlyWhileStarting` with `null` cancels a start that goes on. One that has come to its end in the meantime stays as
 * it is, and the answer tells it: a kernel of which the user does not know would go on, and its cost with it.
 */
export const putBindingSchema = z.object({
  environment: environmentSchema.nullable(),
  onlyWhileStarting: z.boolean().optional(),
});
export type PutBinding = z.infer<typeof putBindingSchema>;

/** The new path of a document whose file was renamed or moved. */
export const moveDocumentSchema = z.object({ path: homePathSchema });

/**
 * Who wants to write the document: `holder` is the page's name, the same as in `events?page=`. Who holds it keeps it while
 * it renews; `take` takes it from whoever does (a person edits here now); `release` gives it back.
 */
export const leaseRequestSchema = z.object({
  holder: z.string().min(1).max(128),
  take: z.boolean().optional(),
  release: z.boolean().optional(),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/**
 * `starting` (the target’s app and kernel come up beside the old, then the document’s own executions on the old kernel
 * come to their end) → `done`, or `failed`, or `cancelled`; in the last two the document keeps what it had.
 */
export const switchStateSchema = z.enum(['starting', 'done', 'failed', 'cancelled']);

/** A running place of a document. */
const placeSchema = environmentSchema.extend({
  appId: idSchema.optional(),
  kernelId: z.string().optional(),
  instanceId: idSchema.optional(),
});

/** The move of a document with a kernel to another image, kernel or instance type. */
export const switchSchema = z.object({
  id: idSchema,
  documentId: idSchema,
  notebookPath: homePathSchema,
  from: placeSchema,
  to: placeSchema,
  state: switchStateSchema,
  /**
   * What goes on while `starting`. With `executions` the target is ready and waits until what the document runs on the
   * old kernel is over and, where a browser writes the file, saved: cells can be waited for, removed or interrupted.
   */
  waitingFor: z.enum(['app', 'kernel', 'executions']).optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /**
   * After `done`: whether the old kernel still runs, and what else its app does, so that it can be offered to end; kept
   * true by further events. Absent again once a document has taken the old kernel back. When `from` and `to` name the
   * same app, the old kernel can be ended, not its app.
   */
  old: z
    .object({
      state: z.enum(['running', 'ended']),
      /** Other documents whose kernels run in the old app. */
      otherDocuments: z.array(homePathSchema),
    })
    .optional(),
  createdAt: timeSchema,
  endedAt: timeSchema.optional(),
});
export type Switch = z.infer<typeof switchSchema>;

/** Moves a document. `generation` is the one of the binding that was seen; an older one is refused (412). */
export const createSwitchSchema = z.object({
  documentId: idSchema,
  generation: z.int(),
  environment: environmentSchema,
});
export type CreateSwitch = z.infer<typeof createSwitchSchema>;

/** `queued → running →` one of the others, all of which are final but `unknown`, which may still be told better. */
export const executionStateSchema = z.enum([
  'queued',
  'running',
  'done',
  'error',
  'aborted',
  'kernel-died',
  'unknown',
]);

/** One run of one cell, from the queue to its end. It goes on without a browser. */
export const executionSchema = z.object({
  /** Equals the msg_id of the execute_request. */
  id: z.string(),
  documentId: idSchema.nullable(),
  cellId: z.string().nullable(),
  sourceHash: z.string().nullable(),
  kernelId: z.string(),
  state: executionStateSchema,
  /** Place in the kernel's queue, 0 = running or next. */
  position: z.int(),
  executionCount: z.int().nullable(),
  queuedAt: timeSchema,
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  cause: z.string().optional(),
  waitingForInput: z.object({ prompt: z.string(), password: z.boolean() }).optional(),
  /** Where this execution begins in the kernel's journal. */
  journal: z.object({ epoch: z.string(), seq: z.int() }).optional(),
  /** True once the outputs are in the file: a client has said so, or the server has written them itself. */
  recorded: z.boolean(),
  /** Why the server could not put the outputs into the file; they are kept, and go nowhere else. */
  unplaced: z.enum(['no-cell', 'source-changed']).optional(),
  /** It ended while no page held its document, and no client has said since that a person was told. */
  unseen: z.literal(true).optional(),
});
export type Execution = z.infer<typeof executionSchema>;

/** Submits cells in order. Resending an id that is known returns it unchanged: a msg_id runs once. */
export const createExecutionsSchema = z.object({
  /** Later executions of this submission are aborted when one of them fails. */
  stopOnError: z.boolean(),
  items: z
    .array(
      z.object({
        id: z.string().regex(/^[A-Za-z0-9._-]{8,64}$/),
        cellId: z.string().max(128),
        sourceHash: z.string().max(64),
        code: z.string(),
        /** Its failure aborts nothing: the tag `raises-exception` of a cell. */
        mayFail: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(20_000),
});
export type CreateExecutions = z.infer<typeof createExecutionsSchema>;

/**
 * A new place in the queue of the kernel. `seen` is the queue as the client saw it, from place 0 on; `position` counts in
 * it. It is refused (412) when another order stands now; what has left the front or come behind since does no harm.
 */
export const patchExecutionSchema = z.object({
  position: z.int().min(0),
  seen: z.array(z.string().max(64)).max(20_000).optional(),
});

/** How many executions a queue lists at most. */
export const queueShown = 200;

/**
 * What runs on the document's kernel and what waits for it, in order, whichever document or client it is of: the first
 * 200 of `total`.
 */
export const queueSchema = z.object({ items: z.array(executionSchema).max(queueShown), total: z.int() });
export type Queue = z.infer<typeof queueSchema>;
/** What one execution has shown, whether or not its outputs have a place in a file. */
export const executionResultSchema = z.object({
  /** The text of a notebook whose only cell has the source that ran and the outputs: numbers are kept as written. */
  notebook: z.string(),
});
export type ExecutionResult = z.infer<typeof executionResultSchema>;

/** Executions that are not to begin any more, also those that have not arrived yet. */
export const dropSchema = z.object({ executionIds: z.array(z.string().max(64)).max(20_000) });
/** Executions of which a person was told that they ended while no page was there. */
export const seenSchema = z.object({ executionIds: z.array(z.string().max(64)).max(20_000) });
/** Executions whose final outputs are in the saved file, or were thrown away by a choice. */
export const recordedSchema = z.object({ executionIds: z.array(z.string().max(64)).max(20_000) });

/** Kernel as shown to people; `disconnected` and `reconnecting` may also be a browser's own view of its socket. */
export const kernelStateSchema = z.enum([
  'none',
  'starting',
  'idle',
  'busy',
  'restarting',
  'reconnecting',
  'disconnected',
  'dead',
  'unknown',
]);
export type KernelState = z.infer<typeof kernelStateSchema>;

/** A kernel of a user’s app, with the document that it belongs to. */
export const kernelSchema = z.object({
  id: z.string(),
  appId: idSchema,
  name: z.string(),
  state: kernelStateSchema,
  documentId: idSchema.nullable(),
  cause: z.string().optional(),
});
export type Kernel = z.infer<typeof kernelSchema>;

/** A place for models, experiments and the like, with the sections that it offers. */
export const registrySchema = z.object({
  id: idSchema,
  kind: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'unreachable', 'failed']),
  reason: z.string().optional(),
  sections: z.array(z.object({ name: z.string(), title: z.string(), verbs: z.array(z.string()) })),
});
export type Registry = z.infer<typeof registrySchema>;
