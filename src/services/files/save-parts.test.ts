import { problem, ProblemError } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import type { AppRequest } from './requests.ts';
import { SaveParts } from './save-parts.ts';
import { hashOf } from './text.ts';

const encode = (text: string) => new TextEncoder().encode(text);
/** Many short lines, of which no two are alike. */
const textOf = (length: number, name = 'line') =>
  Array.from({ length: length / 16 }, (_, at) => `${name} ${String(at).padStart(10, '0')}`).join('\n');

type Rule = (size: number, address: URL) => void;

/** An app behind something that looks at each body. */
function start(rule: Rule = () => undefined) {
  const disk = { text: 'old' };
  const staged = new Map<string, Uint8Array>();
  const bodies: { path: string; size: number }[] = [];
  const commit = async (body: Uint8Array, address: URL, condition: string | null) => {
    if (condition !== `"${await hashOf(encode(disk.text))}"`)
      throw new ProblemError(problem('changed-on-disk', 'It changed.'));
    const made = address.searchParams.get('kind') === 'splices' ? splice(encode(disk.text), body) : body;
    const hash = await hashOf(new Uint8Array(made));
    const result = address.searchParams.get('result');
    if (result !== null && result !== hash) throw new ProblemError(problem('impossible', 'Bad patch.'));
    disk.text = new TextDecoder().decode(made);
    return Response.json({ hash, size: made.length, modifiedAt: '' });
  };
  const request: AppRequest = async (path, init) => {
    const address = new URL(path, 'http://x');
    const body = init?.body as Uint8Array;
    bodies.push({ path: address.pathname, size: body.length });
    rule(body.length, address);
    const upload = address.searchParams.get('upload') ?? '';
    if (address.pathname === '/studio/part') {
      const before = staged.get(upload) ?? new Uint8Array();
      const offset = Number(address.searchParams.get('offset'));
      expect(offset).toBeLessThanOrEqual(before.length);
      staged.set(upload, Buffer.concat([before.slice(0, offset), body]));
      return Response.json({ size: offset + body.length });
    }
    const condition = new Headers(init?.headers).get('If-Match');
    return commit(upload === '' ? body : (staged.get(upload) ?? new Uint8Array()), address, condition);
  };
  const parts = new SaveParts(request);
  return {
    disk,
    bodies,
    save: async (after: string, before?: string) => {
      const headers = { 'If-Match': `"${await hashOf(encode(before ?? disk.text))}"` };
      const texts = before === undefined ? undefined : { before, after };
      return parts.save({ query: 'path=n.ipynb', headers, bytes: encode(after), texts });
    },
  };
}

function splice(old: Uint8Array, patch: Uint8Array): Uint8Array {
  const line = patch.indexOf(10);
  const { splices } = JSON.parse(new TextDecoder().decode(patch.slice(0, line))) as {
    splices: [number, number, number][];
  };
  const pieces: Uint8Array[] = [];
  let [at, next] = [0, line + 1];
  for (const [from, end, length] of splices) {
    pieces.push(old.slice(at, from), patch.slice(next, next + length));
    [at, next] = [end, next + length];
  }
  return Buffer.concat([...pieces, old.slice(at)]);
}

const tooLarge = (most: number) => (size: number) => {
  if (size > most) throw new ProblemError({ ...problem('too-large', 'A page of a proxy.'), status: 413 });
};

describe('a save', () => {
  it('travels as what differs, and whole where that is not less [Q2]', async () => {
    const { disk, bodies, save } = start();
    const before = textOf(400_000);
    await save(before);
    await save(before.replace('0000000100', 'edited').replace('0000020000', 'edited'), before);
    expect(disk.text).toContain('edited');
    expect(bodies.map(({ path }) => path)).toEqual(['/studio/file', '/studio/patch']);
    expect(bodies[1]?.size).toBeLessThan(200);
    await save(textOf(400_000, 'else'), disk.text);
    expect(disk.text).toBe(textOf(400_000, 'else'));
    expect(bodies.at(-1)?.path).toBe('/studio/file');
  });

  it('goes in parts through a proxy that takes 1 MB, and remembers how much it takes [Q2]', async () => {
    const { disk, bodies, save } = start(tooLarge(1_000_000));
    const text = textOf(5_000_000);
    await save(text);
    expect(disk.text).toBe(text);
    const refused = bodies.filter(({ size }) => size > 1_000_000).length;
    expect(refused).toBeGreaterThan(0);
    const other = textOf(6_000_000, 'else');
    await save(other);
    expect(disk.text).toBe(other);
    expect(bodies.filter(({ size }) => size > 1_000_000)).toHaveLength(refused);
  });

  it('goes in parts where large bodies are cut without a word', async () => {
    const { disk, save } = start((size) => {
      if (size > 300_000) throw new TypeError('Failed to fetch');
    });
    const text = textOf(2_000_000);
    await save(text);
    expect(disk.text).toBe(text);
  });

  it('fails as it failed where nothing comes through', async () => {
    const { disk, bodies, save } = start(() => {
      throw new TypeError('Failed to fetch');
    });
    await expect(save(textOf(2_000_000))).rejects.toThrow('Failed to fetch');
    expect(bodies.length).toBeLessThan(5);
    expect(disk.text).toBe('old');
    const small = start(() => {
      throw new TypeError('Failed to fetch');
    });
    await expect(small.save('short')).rejects.toThrow('Failed to fetch');
    expect(small.bodies).toHaveLength(1);
  });

  it('is refused for good where our own server says how much it takes', async () => {
    const { bodies, save } = start(() => {
      throw new ProblemError({ ...problem('too-large', 'Too large.'), limit: 100 });
    });
    await expect(save(textOf(1_000_000))).rejects.toMatchObject({ problem: { code: 'too-large' } });
    expect(bodies).toHaveLength(1);
  });

  it('is not sent again in parts where what stands behind our server is too small', async () => {
    const { disk, bodies, save } = start(() => {
      throw new ProblemError({ ...problem('too-large', 'Too large for Jupyter.'), upstream: true });
    });
    await expect(save(textOf(1_000_000))).rejects.toMatchObject({ problem: { upstream: true } });
    expect(bodies).toHaveLength(1);
    expect(disk.text).toBe('old');
  });

  it('begins again, once, when its parts were swept away in between [Q2]', async () => {
    let lost = 1;
    const { disk, bodies, save } = start((size, address) => {
      tooLarge(1_000_000)(size);
      if (address.searchParams.get('offset') !== '900000' || lost === 0) return;
      lost -= 1;
      throw new ProblemError({ ...problem('conflict', 'Gone.'), code: 'part-missing', size: 0 });
    });
    const text = textOf(2_000_000);
    await save(text);
    expect(disk.text).toBe(text);
    lost = 2;
    await expect(save(textOf(2_000_000, 'else'))).rejects.toMatchObject({
      problem: { code: 'part-missing' },
    });
    expect(lost).toBe(0);
    expect(bodies.at(-1)?.path).toBe('/studio/part');
  });

  it('goes whole to an app that knows neither parts nor patches', async () => {
    const { disk, bodies, save } = start((_, { pathname }) => {
      if (pathname !== '/studio/file') throw new ProblemError(problem('not-found', 'No such address.'));
    });
    const before = textOf(400_000);
    await save(before);
    await save(`${before}\nmore`, before);
    expect(disk.text).toBe(`${before}\nmore`);
    expect(bodies.map(({ path }) => path)).toEqual(['/studio/file', '/studio/patch', '/studio/file']);
  });

  it.each([
    ['404', problem('not-found', 'No such address.')],
    ['405', { ...problem('internal', 'Not here.'), status: 405 }],
    ['501', problem('not-offered', 'Not offered.')],
  ])('asks an app that knows no patches (%s) once', async (_, refusal) => {
    const { disk, bodies, save } = start((_size, { pathname }) => {
      if (pathname !== '/studio/file') throw new ProblemError(refusal);
    });
    let before = textOf(400_000);
    await save(before);
    for (const more of ['one', 'two', 'three']) {
      await save(`${before}\n${more}`, before);
      before = disk.text;
    }
    expect(disk.text).toContain('one\ntwo\nthree');
    expect(bodies.filter(({ path }) => path === '/studio/patch')).toHaveLength(1);
  });

  it('goes on as what differs after the file, or its app, was missing once', async () => {
    let missing: string[] = [];
    const { disk, bodies, save } = start((_, { pathname }) => {
      if (missing.includes(pathname)) throw new ProblemError(problem('not-found', 'Not there.'));
    });
    const before = textOf(400_000);
    await save(before);
    missing = ['/studio/patch', '/studio/file'];
    await expect(save(`${before}\nmore`, before)).rejects.toMatchObject({ problem: { status: 404 } });
    missing = [];
    await save(`${before}\nmore`, before);
    const [first, last] = [disk.text, `${disk.text}\nand more`];
    missing = ['/studio/patch'];
    await save(last, first);
    missing = [];
    await save(`${last}\nand more`, last);
    expect(disk.text).toContain('and more\nand more');
    expect(bodies.at(-1)?.path).toBe('/studio/patch');
  });

  it('that is stale changes nothing, as a patch too', async () => {
    const { disk, save } = start();
    const before = textOf(400_000);
    await expect(save(`${before}x`, before)).rejects.toMatchObject({ problem: { code: 'changed-on-disk' } });
    expect(disk.text).toBe('old');
  });
});
