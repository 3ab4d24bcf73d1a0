import type { App, Feature } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import type { DocumentLease } from '../documents/documents-service.ts';
import { createFakeBackend, createFakeLog, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createOrigin } from '../origin.ts';
import type { SessionService } from '../session/session-service.ts';
import { createGate } from '../studio-api/gate.ts';
import { createFiles } from './create-files.ts';
import type { FileChange } from './files-service.ts';
import { hashOf } from './text.ts';

const root = '/jupyter/ann/default/';
const modifiedAt = '2026-11-23T00:00:00.000Z';

function start(features: readonly Feature[]) {
  const backend = createFakeBackend();
  const gate = createGate({
    clock: createFakeClock(),
    origin: createOrigin('', 'http://studio.test'),
    fetch: (input, init) => backend.fetch(input, init),
    token: () => 'token',
    refreshToken: async () => 'token',
    onDidReject: () => {},
  });
  const held: { lease?: DocumentLease } = {};
  const files = createFiles({
    gate,
    session: { has: (feature: Feature) => features.includes(feature) } as SessionService,
    compute: { jupyterServer: async () => ({ endpoint: { baseUrl: root } }) as App },
    log: createFakeLog(),
    xhr: () => {
      throw new Error('No upload in this test');
    },
    leaseAt: () => held.lease && { documentId: 'd1', lease: held.lease },
  });
  const changes: FileChange[] = [];
  files.onDidChange((change) => changes.push(change));
  return { backend, files, changes, held };
}

/** A disk of one file behind the studio endpoints. */
function studio(initial: string | null) {
  const world = start(['files.page', 'files.cas']);
  const disk = { bytes: initial === null ? null : new TextEncoder().encode(initial) };
  const tag = async () => (disk.bytes === null ? null : hashOf(disk.bytes));
  const read = async () => {
    const hash = await tag();
    if (disk.bytes === null) return problemResponse(404, 'not-found');
    return new Response(disk.bytes, {
      headers: {
        ETag: `"${hash}"`,
        'Last-Modified': 'Mon, 23 Nov 2026 00:00:00 GMT',
        'X-Atelier-Writable': '1',
      },
    });
  };
  world.backend.on(`GET ${root}studio/file`, read);
  world.backend.on(`HEAD ${root}studio/file`, read);
  world.backend.on(`PUT ${root}studio/file`, async ({ headers, bytes }) => {
    const hash = await tag();
    const isNew = headers.get('If-None-Match') === '*';
    const holds = isNew ? hash === null : headers.get('If-Match') === `"${hash}"`;
    if (!holds) return problemResponse(412, 'changed-on-disk', { hash });
    disk.bytes = new Uint8Array(bytes);
    return { hash: await hashOf(disk.bytes), size: bytes.length, modifiedAt };
  });
  const text = () =>
    disk.bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(disk.bytes);
  return { ...world, disk, text };
}

/** The same behind plain Jupyter. */
function plain(initial: string | null) {
  const world = start([]);
  const disk = { bytes: initial === null ? null : new TextEncoder().encode(initial) };
  const model = () => ({
    name: 'a b.py',
    path: 'd/a b.py',
    type: 'file',
    size: 1,
    last_modified: modifiedAt,
    writable: true,
  });
  world.backend.on(`GET ${root}files/d/a%20b.py`, () =>
    disk.bytes === null ? problemResponse(404, 'not-found') : new Response(disk.bytes),
  );
  world.backend.on(`GET ${root}api/contents/d/a%20b.py?content=0`, model);
  world.backend.on(`PUT ${root}api/contents/d/a%20b.py`, ({ body }) => {
    const { content, format, type } = body as Record<string, string>;
    expect([format, type]).toEqual(['base64', 'file']);
    disk.bytes = Uint8Array.from(atob(content ?? ''), (char) => char.charCodeAt(0));
    return model();
  });
  const text = () =>
    disk.bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(disk.bytes);
  return { ...world, disk, text };
}

const path = 'd/a b.py';
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error as { problem?: { code: string } }).problem?.code ?? String(error),
  );

describe.each([
  ['the backend’s own endpoints', studio],
  ['plain Jupyter', plain],
])('files over %s', (_name, make) => {
  it('names the document and its number with a save, where this page has it open', async () => {
    const { backend, files, held } = make('a');
    const condition = { hash: (await files.readText(path)).hash };
    held.lease = { fenceForSave: async () => 7 } as DocumentLease;
    await files.writeText(path, 'b', condition);
    const headers = backend.seen('PUT', root).map((one) => one.headers.get('X-Atelier-Fence'));
    expect(headers).toEqual(['d1:7']);
  });

  it('saves over the content that was read, and gives the new hash [Q2]', async () => {
    const { files, text, changes } = make('one\r\n');
    const read = await files.readText(path);
    expect(read).toMatchObject({ text: 'one\r\n', size: 5, writable: true, modifiedAt });
    const saved = await files.writeText(path, 'two\n', { hash: read.hash });
    expect(text()).toBe('two\n');
    expect((await files.readText(path)).hash).toBe(saved.hash);
    expect(changes).toEqual([{ kind: 'changed', path }]);
  });

  it('does not save over what somebody else saved [Q2]', async () => {
    const { files, disk, text } = make('one');
    const { hash } = await files.readText(path);
    disk.bytes = new TextEncoder().encode('theirs');
    expect(await codeOf(files.writeText(path, 'mine', { hash }))).toBe('changed-on-disk');
    expect(text()).toBe('theirs');
    await files.writeText(path, 'mine', 'any');
    expect(text()).toBe('mine');
  });

  it('makes a new file only where none is [D1]', async () => {
    const { files, disk, text, changes } = make(null);
    await files.writeText(path, '', 'new');
    expect(text()).toBe('');
    expect(changes).toEqual([{ kind: 'created', path }]);
    disk.bytes = new TextEncoder().encode('there');
    expect(await codeOf(files.writeText(path, '', 'new'))).toBe('changed-on-disk');
    expect(text()).toBe('there');
  });

  it('makes a file that is gone again when it is told to save over anything', async () => {
    const { files, text } = make(null);
    await files.writeText(path, 'again', 'any');
    expect(text()).toBe('again');
  });

  it('keeps a byte order mark and characters of any kind', async () => {
    const content = '\ufeffä 日本 😀\u0000\n';
    const { files, text } = make(content);
    const read = await files.readText(path);
    expect(read.text).toBe(content);
    await files.writeText(path, read.text, { hash: read.hash });
    expect(text()).toBe(content);
  });

  it('says that a file is not text, and what to do', async () => {
    const { files, disk } = make('');
    disk.bytes = new Uint8Array([0x48, 0xff, 0xfe, 0x00]);
    await expect(files.readText(path)).rejects.toMatchObject({
      problem: { code: 'not-text', detail: expect.stringContaining('a b.py is not UTF-8 text.') },
    });
  });

  it('says that a file is missing', async () => {
    const { files } = make(null);
    expect(await codeOf(files.readText(path))).toBe('not-found');
  });
});

describe('files over the backend’s own endpoints', () => {
  it('asks for the hash again when somebody writes in between, but not for ever', async () => {
    const { files, backend, disk, text } = studio('0');
    let writes = 0;
    const original = backend.fetch;
    backend.on(`HEAD ${root}studio/file`, async () => {
      const hash = await hashOf(disk.bytes ?? new Uint8Array());
      if (writes < 2) disk.bytes = new TextEncoder().encode(String(++writes));
      return new Response(null, { headers: { ETag: `"${hash}"` } });
    });
    await files.writeText(path, 'mine', 'any');
    expect(text()).toBe('mine');
    expect(original).toBeDefined();
    backend.on(`PUT ${root}studio/file`, () => problemResponse(412, 'changed-on-disk'));
    expect(await codeOf(files.writeText(path, 'mine', 'any'))).toBe('changed-on-disk');
  });

  it('lists a folder page by page and reaches names that are not UTF-8', async () => {
    const { files, backend } = start(['files.page', 'files.cas']);
    const entry = {
      name: 'a\\xff.txt',
      path: 'd/a\\xff.txt',
      type: 'file',
      size: 1,
      modifiedAt,
      writable: true,
    };
    backend.on(`GET ${root}studio/list`, () => ({
      path: 'd',
      total: 201,
      items: [{ ...entry, rawPath: 'd/a%FF.txt' }],
      nextCursor: 'c2',
    }));
    backend.on(`GET ${root}studio/file`, () => new Response('x', { headers: { ETag: '"h"' } }));
    const list = await files.list('d', { cursor: 'c1', hidden: true });
    expect(list).toEqual({ path: 'd', total: 201, items: [entry], nextCursor: 'c2' });
    const query = new URL(backend.requests[0]?.url ?? '', 'http://x').searchParams;
    expect([query.get('path'), query.get('cursor'), query.get('hidden')]).toEqual(['d', 'c1', '1']);
    await files.readText('d/a\\xff.txt');
    expect(backend.requests.at(-1)?.url).toContain('path=d/a%FF.txt');
  });

  it('is atomic, plain Jupyter is not', () => {
    expect(start(['files.cas']).files.isAtomic).toBe(true);
    expect(start([]).files.isAtomic).toBe(false);
  });
});

describe('files over plain Jupyter', () => {
  it('saves a large file as what differs, by way of our server, with condition and number [Q2]', async () => {
    const before = Array.from({ length: 9_000 }, (_, at) => `line ${at}`).join('\n');
    const { files, backend, held, disk } = plain(before);
    const { hash } = await files.readText(path);
    const result = { hash: 'new', size: 7, modifiedAt };
    backend.on(`PUT ${root}studio/patch`, () => result);
    held.lease = { fenceForSave: async () => 7 } as DocumentLease;
    expect(await files.writeText(path, before.replace('line 5000', 'new'), { hash }, before)).toEqual(result);
    const [sent, ...more] = backend.seen('PUT', root);
    expect(more).toEqual([]);
    const { searchParams } = new URL(sent?.url ?? '', 'http://x');
    expect([searchParams.get('path'), searchParams.get('kind')]).toEqual([path, 'splices']);
    expect(sent?.headers.get('If-Match')).toBe(`"${hash}"`);
    expect(sent?.headers.get('X-Atelier-Fence')).toBe('d1:7');
    expect(sent?.bytes.length).toBeLessThan(100);
    expect(disk.bytes?.length).toBe(before.length);
  });

  it('sends what a proxy does not take at once in parts, which our server puts together [Q2]', async () => {
    const { files, backend, text } = plain('old');
    const { hash } = await files.readText(path);
    const route = `PUT ${root}api/contents/d/a%20b.py`;
    backend.on(route, () => new Response('<html>413</html>', { status: 413 }));
    const parts: Uint8Array[] = [];
    backend.on(`PUT ${root}studio/part`, ({ bytes, url }) => {
      if (bytes.length > 1_000_000) return new Response('<html>413</html>', { status: 413 });
      const offset = Number(new URL(url, 'http://x').searchParams.get('offset'));
      expect(offset).toBe(parts.reduce((sum, { length }) => sum + length, 0));
      parts.push(bytes);
      return { size: offset + bytes.length };
    });
    backend.on(`PUT ${root}studio/patch`, ({ url, headers }) => {
      const { searchParams } = new URL(url, 'http://x');
      expect([searchParams.get('kind'), searchParams.get('size')]).toEqual(['whole', '3000000']);
      expect(headers.get('If-Match')).toBe(`"${hash}"`);
      return { hash: 'new', size: 3_000_000, modifiedAt };
    });
    const content = 'abc'.repeat(1_000_000);
    expect(await files.writeText(path, content, { hash })).toMatchObject({ hash: 'new' });
    expect(new TextDecoder().decode(Buffer.concat(parts))).toBe(content);
    expect(text()).toBe('old');
    // How much the proxy takes is known now.
    const before = backend.seen('PUT', `${root}api/`).length;
    parts.length = 0;
    await files.writeText(path, content, { hash });
    expect(backend.seen('PUT', `${root}api/`)).toHaveLength(before);
  });

  it('uploads in pieces that a proxy takes which is set to a megabyte', async () => {
    const { files, backend } = start([]);
    const sizes: number[] = [];
    backend.on(`PUT ${root}api/contents/big.bin`, ({ bytes }) => {
      sizes.push(bytes.length);
      return {};
    });
    const { signal } = new AbortController();
    const file = new Blob([new Uint8Array(2_000_000)]);
    await files.upload('big.bin', file, { condition: 'any', onProgress: () => undefined, signal });
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  });
});

describe('names and folders', () => {
  it('renames, and says when the name is taken [D1]', async () => {
    const { files, backend, changes } = start([]);
    backend.on(`PATCH ${root}api/contents/a%23.txt`, ({ body }) =>
      (body as { path: string }).path === 'taken.txt' ? problemResponse(409, 'conflict') : {},
    );
    await files.rename('a#.txt', 'b.txt');
    expect(changes).toEqual([{ kind: 'moved', from: 'a#.txt', to: 'b.txt' }]);
    await expect(files.rename('a#.txt', 'taken.txt')).rejects.toMatchObject({
      problem: { detail: 'taken.txt exists already. Nothing was changed. Choose another name.' },
    });
  });

  it('makes a folder, and says when there is one [D1]', async () => {
    const { files, backend, changes } = start([]);
    backend.on(`GET ${root}api/contents/there`, () => ({}));
    backend.on(`PUT ${root}api/contents/new`, () => ({}));
    await files.createFolder('new');
    expect(changes).toEqual([{ kind: 'created', path: 'new' }]);
    expect(await codeOf(files.createFolder('there'))).toBe('conflict');
  });

  it('says what Jupyter says where it fails', async () => {
    const { files, backend } = start([]);
    backend.on(`DELETE ${root}api/contents/full`, () =>
      Response.json({ message: 'Directory full not empty', reason: null }, { status: 400 }),
    );
    await expect(files.remove('full')).rejects.toMatchObject({
      problem: { status: 400, code: 'bad-input', detail: 'Directory full not empty' },
    });
  });

  it('gives the address of a download with each segment encoded', async () => {
    const { files } = start([]);
    expect(await files.downloadUrl('a b/50%?.csv')).toBe(`${root}files/a%20b/50%25%3F.csv?download=1`);
  });

  it('finds the newest checkpoint and puts it in place of the file', async () => {
    const { files, backend, changes } = start([]);
    const at = (day: number) => ({ id: `c${day}`, last_modified: `2026-11-0${day}T00:00:00Z` });
    let all = [at(1), at(3), at(2)];
    backend.on(`GET ${root}api/contents/a.ipynb/checkpoints`, () => all);
    backend.on(`POST ${root}api/contents/a.ipynb/checkpoints/c3`, () => new Response(null, { status: 204 }));
    const newest = await files.lastCheckpoint('a.ipynb');
    expect(newest).toEqual({ id: 'c3', createdAt: at(3).last_modified });
    await files.restoreCheckpoint('a.ipynb', newest?.id ?? '');
    expect(changes).toEqual([{ kind: 'changed', path: 'a.ipynb' }]);
    all = [];
    expect(await files.lastCheckpoint('a.ipynb')).toBeNull();
  });

  it('puts the token on everything that writes', async () => {
    const { files, backend } = start([]);
    backend.on(`POST ${root}api/contents/a.ipynb/checkpoints`, () => ({}));
    await files.checkpoint('a.ipynb');
    expect(backend.requests[0]?.headers.get('X-XSRF-Token')).toBe('token');
  });
});
