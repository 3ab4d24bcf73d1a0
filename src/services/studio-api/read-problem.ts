import {
  type Problem,
  type ProblemCode,
  problem,
  problemSchema,
  strangerStatus,
} from '@atelier-ide/contract';

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'bad-input',
  401: 'sign-in-required',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'changed-on-disk',
  413: 'too-large',
  501: 'not-offered',
  502: 'app-unreachable',
  503: 'app-not-running',
  507: 'disk-full',
};

/** What a failed answer says: problem details as they are; Jupyter's `message`, or a proxy's page, in our shape. */
export function problemFrom(status: number, text: string): Problem {
  const said = parse(text);
  const parsed = problemSchema.safeParse(said);
  if (parsed.success) return parsed.data;
  const code = CODE_OF_STATUS[status] ?? (status === 424 || status >= 500 ? 'app-unreachable' : 'internal');
  const message = messageOf(said);
  return {
    ...problem(code, message ?? `The server answered ${status}.`),
    status: strangerStatus(status),
    body: text.slice(0, 500),
  };
}

/** The same of a response, whose body is read. */
export async function readProblem(response: Response): Promise<Problem> {
  return problemFrom(response.status, await response.text());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page; its beginning is kept as `body`.
    return undefined;
  }
}

function messageOf(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  const { message } = said as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : undefined;
}
