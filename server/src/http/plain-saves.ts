/**
 * Saves that travel in parts, or as what differs from the file, to a plain Jupyter Server, which knows neither. The
 * parts wait with this server; at the end the file is read, compared with what the page had read, made anew, checked
 * by its hash and written at once (`plain-file.ts`). A link to Jupyter that does not carry the whole file at once is
 * told, and the file is left as it is. Between the comparison and the write another program may write: Jupyter has no
 * condition. Pages of this server wait for each other.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Problem, problem, ProblemError } from '@atelier-ide/contract';
import { createLocks } from '../documents/document-locks.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import { AnswerTooLargeError, type BytesAnswer, maxFileBytes } from './app-bytes.ts';
import { isFine, readPlainFile, sha256, writePlainFile } from './plain-file.ts';
import { apiHeaders, fail } from './problem-response.ts';
import { readBytes } from './read-body.ts';
import type { RelayTarget } from './relay-path.ts';
import { badPatch, splice } from './splices.ts';
import { StagedParts } from './staged-parts.ts';

export type PlainSave = {
  request: IncomingMessage;
  response: ServerResponse;
  target: RelayTarget;
  endpoint: AppEndpoint;
};

export type PlainSaves = (save: PlainSave) => Promise<void>;

/** What these saves are sent to, below an app without the extension. */
export const isPlainSave = (method: string, path: string): boolean =>
  method === 'PUT' && (path === 'studio/part' || path === 'studio/patch');

type Condition = { hash: string } | 'new' | 'any';
type Query = {
  path: string;
  /** What the parts of this save are kept under; null where all of it is in the body. */
  upload: string | null;
  text(name: string, shape: RegExp): string | null;
};

/** `folder` is where parts wait. */
export function createPlainSaves(folder: string): PlainSaves {
  const parts = new StagedParts(folder);
  const turns = createLocks();

  async function part({ request, response }: PlainSave, query: Query): Promise<void> {
    const offset = Number(query.text('offset', /^\d{1,11}$/) ?? Number.NaN);
    if (query.upload === null || Number.isNaN(offset))
      throw fail('bad-input', 'A part has an upload and an offset.', { path: 'query' });
    const data = await readBytes(request, Math.max(0, maxFileBytes - offset));
    answer(response, 200, { size: await parts.put(query.upload, offset, data) });
  }

  async function patch(save: PlainSave, query: Query): Promise<void> {
    const condition = conditionOf(save.request);
    const kind = query.text('kind', /^(?:whole|splices)$/);
    if (kind === null || (kind === 'splices' && typeof condition !== 'object'))
      throw fail('bad-input', 'The kind is whole, or splices of the file with a hash.', { path: 'kind' });
    const body = await readBytes(save.request, maxFileBytes);
    const sent = query.upload === null ? body : await parts.take(query.upload);
    await turns.run(`${save.target.appId}\n${query.path}`, async () => {
      const old = condition === 'any' ? undefined : await checked(save.endpoint, query.path, condition);
      const bytes = kind === 'whole' ? sent : splice(old ?? Buffer.alloc(0), sent);
      const hash = await sha256(bytes);
      const promised = query.text('result', /^[0-9a-f]{64}$/);
      const size = query.text('size', /^\d{1,11}$/);
      if (
        (promised ?? hash) !== hash ||
        Number(kind === 'whole' && size !== null ? size : bytes.length) !== bytes.length
      )
        throw badPatch('What came does not add up to what was promised.');
      const modifiedAt = await written(save, query.path, bytes);
      if (modifiedAt !== null) answer(save.response, 200, { hash, size: bytes.length, modifiedAt });
    });
  }

  return async (save) => {
    const query = queryOf(save.target);
    await (save.target.path === 'studio/part' ? part(save, query) : patch(save, query));
  };
}

/** The file as it is, where the condition holds. */
async function checked(
  endpoint: AppEndpoint,
  path: string,
  condition: Exclude<Condition, 'any'>,
): Promise<Buffer | undefined> {
  const there = await reached(readPlainFile(endpoint, path, ({ status }) => unreadable(status)));
  if (condition === 'new' ? !there : there?.hash === condition.hash) return there?.bytes;
  throw fail('changed-on-disk', 'The file on disk is another one than the page has read. It is unchanged.', {
    hash: there?.hash ?? null,
  });
}

/** When it was written; null where Jupyter refused, which is answered in its own words. */
async function written(save: PlainSave, path: string, bytes: Uint8Array): Promise<string | null> {
  const said = await reached(writePlainFile(save.endpoint, path, bytes));
  if (isFine(said)) return timeOf(said);
  if (said.status === 401) throw unreadable(said.status);
  if (said.status === 413) throw new ProblemError(tooLargeThere(bytes.length));
  save.response.writeHead(said.status, { ...apiHeaders, 'Content-Type': 'application/json' });
  save.response.end(said.bytes.subarray(0, 65_536));
  return null;
}

/** `upstream`: parts do not help, what is too small is behind this server. */
function tooLargeThere(bytes: number): Problem {
  const size = `${(bytes / 1_000_000).toFixed(1)} MB`;
  const detail = `The Jupyter Server, or a proxy before it, does not take a file of ${size} at once, and it has no safe way to take it in parts. The file on disk is unchanged.`;
  return problem('too-large', detail, { upstream: true });
}

const unreadable = (status: number): ProblemError =>
  fail('app-unreachable', `The Jupyter Server answered ${status}. The file on disk is unchanged.`);

async function reached<T>(answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (error instanceof AnswerTooLargeError)
      throw fail('too-large', 'The file is too large to be saved in parts.', { limit: maxFileBytes });
    throw fail('app-unreachable', 'The Jupyter Server did not answer. The save is tried again.');
  }
}

function conditionOf({ headers }: IncomingMessage): Condition {
  const { 'if-match': hash, 'if-none-match': none } = headers;
  if (hash === undefined) return none === '*' ? 'new' : 'any';
  const [, quoted] = /^"([0-9a-f]{64})"$/.exec(hash) ?? [];
  if (quoted === undefined) throw fail('condition-required', 'If-Match is one quoted hash.');
  return { hash: quoted };
}

function queryOf({ userId, appId, search }: RelayTarget): Query {
  const parameters = new URLSearchParams(search);
  const text = (name: string, shape: RegExp): string | null => {
    const value = parameters.get(name);
    if (value === null || shape.test(value)) return value;
    throw fail('bad-input', `The parameter ${name} is not valid.`, { path: name });
  };
  const path = parameters.get('path') ?? '';
  // It becomes part of an address, so nothing in it may lead elsewhere.
  if (path.split('/').some((name) => ['', '.', '..'].includes(name)) || /[\\\0]/.test(path))
    throw fail('bad-input', 'The path leads to no file.', { path: 'path' });
  const name = text('upload', /^[0-9a-f]{32}$/);
  return { path, text, upload: name === null ? null : [userId, appId, path, name].join('\n') };
}

function timeOf({ bytes }: BytesAnswer): string {
  try {
    const { last_modified: time } = JSON.parse(bytes.toString()) as { last_modified?: string };
    if (time !== undefined && !Number.isNaN(Date.parse(time))) return new Date(time).toISOString();
  } catch {
    // What it says beside the status is not needed.
    return new Date(0).toISOString();
  }
  return new Date(0).toISOString();
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...apiHeaders,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
