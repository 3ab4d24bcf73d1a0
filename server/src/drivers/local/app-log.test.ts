import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appLogPath, readAppLog } from './app-log.ts';

const token = '0123456789abcdef'.repeat(4);

describe('the log of an app', () => {
  let folder: string;
  let at: (name: string) => string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-log-'));
    at = (name) => join(folder, name);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read whole when it is short, and is none when there is no file', async () => {
    writeFileSync(at('short'), 'one\ntwo\n');
    expect(await readAppLog(at('short'))).toEqual({ text: 'one\ntwo\n', cutBytes: 0 });
    expect(await readAppLog(at('none'))).toBeNull();
    writeFileSync(at('empty'), '');
    expect(await readAppLog(at('empty'))).toEqual({ text: '', cutBytes: 0 });
  });

  it('is the end from a whole line on when it is long', async () => {
    const lines = Array.from({ length: 60_000 }, (_one, n) => `line ${n} ä\n`);
    const all = lines.join('');
    writeFileSync(at('long'), all);
    const log = await readAppLog(at('long'));
    expect(Buffer.byteLength(log?.text ?? '')).toBeLessThanOrEqual(256 * 1024);
    expect(log?.text.startsWith('line ')).toBe(true);
    expect(all.endsWith(log?.text ?? 'nothing')).toBe(true);
    expect((log?.cutBytes ?? 0) + Buffer.byteLength(log?.text ?? '')).toBe(Buffer.byteLength(all));
  });

  it('shows bytes that are no text as such, and never half a character', async () => {
    writeFileSync(at('binary'), Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a]));
    expect((await readAppLog(at('binary')))?.text).toBe('a\uFFFD\uFFFDb\n');
    writeFileSync(at('one-line'), 'ä'.repeat(50));
    expect(await readAppLog(at('one-line'), 9)).toEqual({ text: 'ääää', cutBytes: 92 });
  });

  it('never holds a token', async () => {
    const said = [
      `plain ${token} and http://127.0.0.1/?token=short-one&x=1`,
      `{"Authorization": "token abc.def"}`,
      `hash ${token}00 stays`,
    ];
    writeFileSync(at('secret'), said.join('\n'));
    expect((await readAppLog(at('secret')))?.text.split('\n')).toEqual([
      'plain [hidden] and http://127.0.0.1/?token=[hidden]&x=1',
      '{"Authorization": "token [hidden]"}',
      `hash ${token}00 stays`,
    ]);
    writeFileSync(at('secret-line'), `${'x'.repeat(100)}${token} end`);
    expect((await readAppLog(at('secret-line'), 40))?.text).toBe('[hidden] end');
  });

  it('is not read through links, from pipes, or from files that have another name too', async () => {
    writeFileSync(at('foreign'), 'not yours');
    symlinkSync(at('foreign'), at('soft'));
    expect(await readAppLog(at('soft'))).toBeNull();
    linkSync(at('foreign'), at('hard'));
    expect(await readAppLog(at('hard'))).toBeNull();
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    expect(await readAppLog(at('pipe'))).toBeNull();
    expect(await readAppLog(folder)).toBeNull();
  });

  it('has a path for names of apps only', () => {
    expect(appLogPath('/data', 'base-ml.t3-1')).toBe('/data/logs/apps/base-ml.t3-1.log');
    for (const name of ['', '../x', 'a/b', '.hidden', 'a\0b'])
      expect(() => appLogPath('/data', name)).toThrow();
  });
});
