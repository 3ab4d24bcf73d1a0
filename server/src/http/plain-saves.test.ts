/** Saves in parts and as what differs, to a Jupyter Server without our extension. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestHttp, startHttp } from './http.fixture.ts';

const app = '/jupyter/ada/app-1/';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const newUpload = () => randomBytes(16).toString('hex');

/** A Jupyter Server with one file, which takes bodies up to a size. */
function plainJupyter(t: TestHttp) {
  const disk = { files: new Map<string, string>([['a b/n.ipynb', 'old text']]), most: Infinity, writes: 0 };
  const during: { write?: () => Promise<void> } = {};
  t.upstream.endpoint = { ...t.upstream.endpoint, extension: false };
  const put = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    await during.write?.();
    if (body.length > disk.most) return response.writeHead(413).end('<html>too large</html>');
    const { type, format, content } = JSON.parse(body.toString()) as Record<string, string>;
    expect([type, format]).toEqual(['file', 'base64']);
    if (path.startsWith('gone/'))
      return response.writeHead(404).end(JSON.stringify({ message: 'No such directory: gone' }));
    disk.files.set(path, Buffer.from(content ?? '', 'base64').toString());
    disk.writes += 1;
    return response.writeHead(201).end(JSON.stringify({ last_modified: '2026-11-23T01:02:03Z' }));
  };
  t.upstream.handler = (request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(app.length));
    const [, kind, name] = /^(files|api\/contents)\/(.*)$/.exec(path) ?? [];
    if (name === undefined) return response.writeHead(400).end();
    if (kind !== 'files') return void put(request, response, name);
    const text = disk.files.get(name);
    return text === undefined ? response.writeHead(404).end('{}') : response.writeHead(200).end(text);
  };
  return { disk, during };
}

describe('saves to a plain Jupyter Server', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  let dataDir: string;
  let jupyter: ReturnType<typeof plainJupyter>;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'atelier-parts-'));
    t = await startHttp({ config: { dataDir } });
    own = await t.signIn();
    jupyter = plainJupyter(t);
  });
  afterEach(async () => {
    await t.close();
    await rm(dataDir, { recursive: true });
  });

  const put = (path: string, body: string, headers: Record<string, string> = {}) =>
    t.send(`${app}studio/${path}`, { method: 'PUT', headers: { ...own, ...headers }, body });
  const query = 'path=a%20b%2Fn.ipynb';
  const part = (upload: string, offset: number, body: string) =>
    put(`part?${query}&upload=${upload}&offset=${offset}`, body);
  const condition = { 'If-Match': `"${hashOf('old text')}"` };
  const onDisk = () => jupyter.disk.files.get('a b/n.ipynb');

  it('are put together here and written at once, over the file that was read [Q2][A11]', async () => {
    const upload = newUpload();
    expect((await part(upload, 0, 'new ')).json()).toEqual({ size: 4 });
    expect((await part(upload, 4, 'xxxxx')).status).toBe(200);
    // A part that is sent again takes its own place.
    expect((await part(upload, 4, 'text ä')).json()).toEqual({ size: 11 });
    expect(onDisk()).toBe('old text');
    const commit = `patch?${query}&kind=whole&upload=${upload}&size=11&result=${hashOf('new text ä')}`;
    const saved = await put(commit, '', condition);
    expect(saved.json()).toEqual({
      hash: hashOf('new text ä'),
      size: 11,
      modifiedAt: '2026-11-23T01:02:03.000Z',
    });
    expect([onDisk(), jupyter.disk.writes]).toEqual(['new text ä', 1]);
    expect(await readdir(join(dataDir, 'parts'))).toEqual([]);
  });

  it('travel as what differs, and only as that [Q2]', async () => {
    const patch = '{"splices":[[0,3,4],[8,8,1]]}\nsome!';
    const result = `result=${hashOf('some text!')}`;
    const saved = await put(`patch?${query}&kind=splices&${result}`, patch, condition);
    expect([saved.status, onDisk()]).toEqual([200, 'some text!']);
    const bad = ['{"splices":[[0,90,4]]}\nsome', '{"splices":[[0,3,40]]}\nsome', 'no list', '{}\n', ''];
    const now = { 'If-Match': `"${hashOf('some text!')}"` };
    for (const one of bad) {
      const answer = await put(`patch?${query}&kind=splices&${result}`, one, now);
      expect([answer.status, answer.json()['code']]).toEqual([422, 'bad-patch']);
    }
    expect([onDisk(), jupyter.disk.writes]).toEqual(['some text!', 1]);
  });

  it('do not write over what somebody else wrote, and give its hash [Q2]', async () => {
    jupyter.disk.files.set('a b/n.ipynb', 'theirs');
    const answer = await put(`patch?${query}&kind=whole`, 'mine', condition);
    expect([answer.status, answer.json()]).toMatchObject([
      412,
      { code: 'changed-on-disk', hash: hashOf('theirs') },
    ]);
    const isThere = await put(`patch?${query}&kind=whole`, 'mine', { 'If-None-Match': '*' });
    expect(isThere.status).toBe(412);
    jupyter.disk.files.clear();
    const gone = await put(
      `patch?${query}&kind=splices&result=${hashOf('x')}`,
      '{"splices":[]}\n',
      condition,
    );
    expect(gone.json()).toMatchObject({ code: 'changed-on-disk', hash: null });
    expect((await put(`patch?${query}&kind=whole`, 'mine', { 'If-None-Match': '*' })).status).toBe(200);
    expect(onDisk()).toBe('mine');
  });

  it('wait for each other: of two that read the same, one is told [Q2]', async () => {
    let begun = 0;
    jupyter.during.write = async () => void (begun += 1);
    const both = ['one', 'two'].map((text) => put(`patch?${query}&kind=whole`, text, condition));
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 412]));
    expect(begun).toBe(1);
  });

  it('are refused where parts are missing or do not add up, and the file stays [Q2]', async () => {
    const upload = newUpload();
    expect((await part(upload, 4, 'late')).json()).toMatchObject({ code: 'part-missing', size: 0 });
    await part(upload, 0, 'new');
    expect((await part(upload, 4, 'late')).json()).toMatchObject({ code: 'part-missing', size: 3 });
    const short = await put(`patch?${query}&kind=whole&upload=${upload}&size=4`, '', condition);
    expect(short.json()['code']).toBe('bad-patch');
    const again = await put(`patch?${query}&kind=whole&upload=${upload}&size=3`, '', condition);
    expect(again.json()['code']).toBe('part-missing');
    expect(onDisk()).toBe('old text');
  });

  it('say that what stands before Jupyter does not take them, and that the file is as it was [Q2]', async () => {
    jupyter.disk.most = 60;
    const answer = await put(`patch?${query}&kind=whole`, 'far too long for it', condition);
    expect([answer.status, answer.json()]).toMatchObject([
      413,
      { code: 'too-large', upstream: true, detail: expect.stringContaining('no safe way') as string },
    ]);
    expect(onDisk()).toBe('old text');
  });

  it('hand on what Jupyter says', async () => {
    const answer = await put('patch?path=gone/n.ipynb&kind=whole', 'x', { 'If-None-Match': '*' });
    expect([answer.status, answer.json()]).toEqual([404, { message: 'No such directory: gone' }]);
  });

  it('lead nowhere but to a file of the app', async () => {
    const upload = newUpload();
    for (const path of [
      '..%2Fx',
      'a%2F..%2F..%2Fapi%2Fkernels',
      '',
      'a%2F%2Fb',
      '%2Fetc',
      'a%5Cb',
      'a%00b',
    ]) {
      const answers = await Promise.all([
        put(`patch?path=${path}&kind=whole`, 'x', { 'If-None-Match': '*' }),
        put(`part?path=${path}&upload=${upload}&offset=0`, 'x'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    }
    expect((await put(`part?${query}&upload=../../x&offset=0`, 'x')).status).toBe(400);
    expect((await put(`part?${query}&upload=${upload}&offset=-1`, 'x')).status).toBe(400);
    expect((await put(`patch?${query}&kind=splices`, 'x')).status).toBe(400);
    expect((await put(`patch?${query}&kind=whole`, 'x', { 'If-Match': 'W/"x"' })).status).toBe(428);
    expect((await put(`file?${query}`, 'x')).status).toBe(501);
    expect(t.upstream.seen).toEqual([]);
  });

  it('leave no parts behind for longer than an hour', async () => {
    const [old, young] = [newUpload(), newUpload()];
    await part(old, 0, 'x');
    const [name] = await readdir(join(dataDir, 'parts'));
    const then = new Date(Date.now() - 3_700_000);
    await utimes(join(dataDir, 'parts', name ?? ''), then, then);
    await part(young, 0, 'x');
    expect(await readdir(join(dataDir, 'parts'))).toHaveLength(1);
    expect((await part(old, 1, 'y')).json()['code']).toBe('part-missing');
  });
});
