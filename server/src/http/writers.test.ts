/** What HTTP adds to leases: saves carry a number that is checked, and a page whose last stream ends is gone. */
import { once } from 'node:events';
import { ProblemError, problem } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentService } from '../documents/document-service.ts';
import { type TestHttp, startHttp } from './http.fixture.ts';

const file = '/jupyter/ada/app-1/studio/file?path=a.ipynb';
const stream = '/api/studio/v1/events';

describe('saves with the number of a lease', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  let arrived: string[];
  let left: string[];
  let onLeave: () => void;
  beforeEach(async () => {
    arrived = [];
    left = [];
    onLeave = () => undefined;
    const documents: Partial<DocumentService> = {
      checkFence: (user, id, fence) => {
        if (user.id !== 'ada' || id !== 'd-1') throw new ProblemError(problem('not-found', 'No document.'));
        if (fence >= 7) return Promise.resolve();
        throw new ProblemError(problem('lease-lost', 'Another page has written since.', { fence: 7 }));
      },
      arrive: (userId, page) => void arrived.push(`${userId} ${page}`),
      leave: (userId, page) => {
        left.push(`${userId} ${page}`);
        onLeave();
      },
    };
    t = await startHttp({ documents: documents as DocumentService });
    own = await t.signIn();
  });
  afterEach(() => t.close());

  const save = (headers: Record<string, string> = {}) =>
    t.send(file, { method: 'PUT', headers: { ...own, 'If-Match': '"0"', ...headers }, body: '{}' });

  it('pass with the number of the writer, which the app never sees', async () => {
    expect((await save({ 'X-Atelier-Fence': 'd-1:7' })).status).toBe(200);
    expect(t.upstream.seen.map(({ headers }) => headers['x-atelier-fence'])).toEqual([undefined]);
  });

  it('are refused before anything reaches the app with the number of an earlier writer', async () => {
    const answer = await save({ 'X-Atelier-Fence': 'd-1:6' });
    expect(answer.status).toBe(412);
    expect(answer.json()).toMatchObject({ code: 'lease-lost', fence: 7 });
    expect((await save({ 'X-Atelier-Fence': 'd-2:9' })).status).toBe(404);
    expect((await save({ 'X-Atelier-Fence': 'seven' })).status).toBe(400);
    expect(t.upstream.seen).toEqual([]);
  });

  it('pass without a number: other clients are held by the condition on the file alone', async () => {
    expect((await save()).status).toBe(200);
  });

  it('a page is gone with the last of its streams, not before', async () => {
    const first = t.socket(`${stream}?page=tab-1`, own);
    const second = t.socket(`${stream}?page=tab-1&after=3`, own);
    const other = t.socket(stream, own);
    await Promise.all([once(first, 'open'), once(second, 'open'), once(other, 'open')]);
    other.terminate();
    first.terminate();
    await once(first, 'close');
    const hasLeft = new Promise<void>((resolve) => {
      onLeave = resolve;
    });
    expect([arrived, left]).toEqual([['ada tab-1'], []]);
    second.terminate();
    await hasLeft;
    expect(left).toEqual(['ada tab-1']);
  });
});
