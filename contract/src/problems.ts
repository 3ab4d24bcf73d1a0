import { z } from 'zod';

/**
 * Problem details of RFC 9457. `type` is `urn:atelier:problem:<code>`; `detail` says what to do; a limit adds
 * `limit`, `current` and `delta`; bad input adds `path`, the place of the faulty field.
 */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  limit: z.number().optional(),
  current: z.number().optional(),
  delta: z.number().optional(),
  path: z.string().optional(),
  loginUrl: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Every code of the contract with its HTTP status and title. Backends may add their own. */
export const problemCodes = {
  'bad-input': { status: 400, title: 'The request is not valid' },
  'sign-in-required': { status: 401, title: 'Sign in to go on' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  'limit-exceeded': { status: 409, title: 'A limit is reached' },
  'stale-generation': { status: 412, title: 'Changed in the meantime' },
  'changed-on-disk': { status: 412, title: 'Changed on disk' },
  'lease-lost': { status: 412, title: 'Another writer has the document' },
  'too-large': { status: 413, title: 'Too large' },
  impossible: { status: 422, title: 'This combination cannot work' },
  'condition-required': { status: 428, title: 'A condition is required' },
  internal: { status: 500, title: 'The server failed' },
  'not-offered': { status: 501, title: 'This backend does not offer it' },
  'app-unreachable': { status: 502, title: 'The app does not answer' },
  'app-not-running': { status: 503, title: 'The app is not running' },
  'disk-full': { status: 507, title: 'The disk is full' },
} as const satisfies Record<string, { status: number; title: string }>;
/** A code of the contract. */
export type ProblemCode = keyof typeof problemCodes;

/** Close codes of our WebSockets. */
export const closeCodes = { signIn: 4401, forbidden: 4403, gone: 4404, appStopped: 4503 } as const;

/** Makes problem details for a code of the contract. */
export function problem(code: ProblemCode, detail: string, extra: Partial<Problem> = {}): Problem {
  const { status, title } = problemCodes[code];
  return { type: `urn:atelier:problem:${code}`, title, status, detail, code, ...extra };
}

/** The status of an answer that is no problem of ours: JupyterHub says 424 where others say 503, the server is away. */
export function strangerStatus(status: number): number {
  return status === 424 ? 503 : status;
}

/** An error that carries problem details, thrown by the typed client and by backends. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(details: Problem) {
    super(`${details.title}: ${details.detail}`);
    this.name = 'ProblemError';
    this.problem = details;
  }
}
