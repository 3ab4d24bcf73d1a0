import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestHttp, startHttp } from './http.fixture.ts';

describe('the files of the front end', () => {
  let folder: string;
  let t: TestHttp;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-static-'));
    const root = join(folder, 'app');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(root, 'index.html'), '<!doctype html><title>Atelier</title>');
    writeFileSync(join(root, 'icon.svg'), '<svg/>');
    mkdirSync(join(root, 'frames'));
    writeFileSync(join(root, 'frames/remote-image.html'), '<!doctype html><title>Image</title>');
    writeFileSync(join(root, 'frames/outputs.html'), '<!doctype html><title>Outputs</title>');
    mkdirSync(join(root, 'frames/assets'));
    writeFileSync(join(root, 'frames/outputs.js'), 'start');
    writeFileSync(join(root, 'frames/assets/plotly-Ab3_dE9x.js'), 'plotly');
    writeFileSync(join(root, 'empty.txt'), '');
    writeFileSync(join(root, '.env.json'), 'secret');
    for (const [suffix, text] of [
      ['', 'plain'],
      ['.br', 'brotli'],
      ['.gz', 'gzip'],
    ])
      writeFileSync(join(root, `assets/main-Ab3_dE9x.js${suffix}`), text ?? '');
    symlinkSync(join(root, 'assets'), join(root, 'folder.json'));
    const config = { host: '127.0.0.1', withoutFeatures: [], rotateLink: false, staticDir: root };
    t = await startHttp({ config });
  });
  afterAll(async () => {
    await t.close();
    rmSync(folder, { recursive: true });
  });

  it('gives the page without a session, under a strict policy, never stored unasked [P4]', async () => {
    for (const path of ['/', '/?path=a/b.ipynb&test=1', '/share/abc-1', '/index.html']) {
      const { status, headers, text } = await t.send(path);
      expect([status, text.includes('<title>Atelier</title>')], path).toEqual([200, true]);
      const policy = String(headers['content-security-policy']);
      const directives = Object.fromEntries(policy.split('; ').map((each) => each.split(/ (.*)/s)));
      expect(directives).toMatchObject({
        'default-src': "'none'",
        'script-src': "'self'",
        'worker-src': "'self'",
        'style-src': "'self' 'unsafe-inline'",
        'img-src': "'self' data: blob:",
        'connect-src': `'self' ws://127.0.0.1:${t.port}`,
        // Exactly two documents: a frame that navigates itself can reach nothing else.
        'frame-src': ['remote-image', 'outputs']
          .map((name) => `http://127.0.0.1:${t.port}/frames/${name}.html`)
          .join(' '),
        'object-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'self'",
        'frame-ancestors': "'none'",
      });
      expect(headers).toMatchObject({
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'content-type': 'text/html; charset=utf-8',
      });
    }
  });

  it('lets the frame of remote images load images and nothing else, in a document without an origin [P4]', async () => {
    const { status, headers } = await t.send('/frames/remote-image.html');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(status).toBe(200);
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        'img-src http: https:',
        'sandbox allow-scripts',
        "frame-ancestors 'self'",
      ]),
    );
    expect(policy.some((each) => /connect-src|frame-src|form-action|allow-same-origin/.test(each))).toBe(
      false,
    );
  });

  it('lets the frame of outputs run scripts and load our renderers, and send nothing anywhere [P4, J2]', async () => {
    const { status, headers } = await t.send('/frames/outputs.html');
    const ours = `http://127.0.0.1:${t.port}/frames/`;
    expect(status).toBe(200);
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'unsafe-inline' blob: ${ours}`,
      `style-src 'unsafe-inline' ${ours}`,
      `font-src data: ${ours}`,
      'img-src data: blob:',
      'media-src data: blob:',
      'worker-src blob:',
      "connect-src 'none'",
      "frame-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
      'sandbox allow-scripts',
    ]);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    for (const [path, caching] of [
      ['/frames/outputs.js', 'no-cache'],
      ['/frames/assets/plotly-Ab3_dE9x.js', 'public, max-age=31536000, immutable'],
    ] as const) {
      const answer = await t.send(path, { headers: { Origin: 'null' } });
      expect([answer.status, answer.headers['access-control-allow-origin']], path).toEqual([200, '*']);
      expect(answer.headers['cross-origin-resource-policy'], path).toBe('cross-origin');
      expect(answer.headers['cache-control'], path).toBe(caching);
    }
    const own = await t.send('/assets/main-Ab3_dE9x.js', { headers: { Origin: 'null' } });
    expect(own.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('serves hashed assets for ever, compressed as the browser can take them', async () => {
    const get = (accept: string) =>
      t.send('/assets/main-Ab3_dE9x.js', { headers: { 'Accept-Encoding': accept } });
    for (const [accept, text, encoding] of [
      ['gzip, deflate, br, zstd', 'brotli', 'br'],
      ['gzip', 'gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip', 'gzip'],
      ['identity', 'plain', undefined],
      ['', 'plain', undefined],
    ] as const) {
      const answer = await get(accept);
      expect([answer.text, answer.headers['content-encoding']], accept).toEqual([text, encoding]);
      expect(answer.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': 'text/javascript; charset=utf-8',
        'content-length': String(text.length),
        vary: 'Accept-Encoding',
      });
    }
  });

  it('answers HEAD and If-None-Match without a body', async () => {
    const etag = (await t.send('/icon.svg')).headers['etag'] ?? '';
    const head = await t.send('/icon.svg', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.headers['etag']]).toEqual([200, '6', etag]);
    const known = await t.send('/icon.svg', { headers: { 'If-None-Match': `W/${etag}` } });
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await t.send('/empty.txt')).status).toBe(200);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '/assets//main-Ab3_dE9x.js',
    '/./icon.svg',
    '/.env.json',
    '/icon.svg%00.txt',
    '/folder.json',
    '/assets',
    '/assets/',
    '/nothing.js',
    '/share',
    '/share/a/b',
    '/some/route',
    '/etc/passwd',
  ])('does not find %s', async (path) => {
    const answer = await t.send(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('secret.txt');
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('answers no other method', async () => {
    const answer = await t.send('/', { method: 'POST' });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});
