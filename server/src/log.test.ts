import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

describe('the log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const make = (maxBytes: number) =>
    createLog({
      file: join(folder, 'x/server.log'),
      level: 'info',
      maxBytes,
      keep: 2,
      now: () => new Date(0),
    });
  const text = (name = 'server.log') => readFileSync(join(folder, 'x', name), 'utf8');

  it('writes one object a line from its level on, readable by its owner only', () => {
    const log = make(1e6);
    log.debug('no');
    log.info('yes', { port: 1 });
    expect(text()).toBe('{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"yes","port":1}\n');
    expect(statSync(join(folder, 'x/server.log')).mode & 0o077).toBe(0);
  });

  it('never holds a secret, under whatever name or in whatever text it comes', () => {
    const log = make(1e6);
    const secret = 'S3CRETS3CRETS3CRETS3CRET';
    log.error(`GET /login?token=${secret}&path=a`, {
      token: secret,
      jupyterToken: secret,
      headers: { authorization: `token ${secret}`, cookie: `a=${secret}`, 'x-xsrf-token': secret },
      text: `sent Authorization: Bearer ${secret} and token ${secret}`,
      error: new Error(`fetch http://h/?a=1&token=${secret} failed`),
    });
    expect(text()).not.toContain(secret);
    expect(text()).toContain('path=a');
    expect(text()).toContain('failed');
  });

  it('is moved away before it grows beyond its size; the oldest goes', () => {
    const log = make(300);
    for (let n = 0; n < 20; n += 1) log.info(`line ${n}`, { pad: 'x'.repeat(50) });
    expect(readdirSync(join(folder, 'x')).toSorted()).toEqual(['server.log', 'server.log.1', 'server.log.2']);
    expect(text()).toContain('line 19');
    for (const name of ['server.log', 'server.log.1', 'server.log.2'])
      expect(text(name).length).toBeLessThanOrEqual(300);
  });

  it('never stops the server: what could not be written is counted', () => {
    const log = make(1e6);
    log.info('one');
    rmSync(join(folder, 'x'), { recursive: true });
    expect(() => log.info('lost')).not.toThrow();
    make(1e6);
    log.info('two');
    expect(text()).toContain('"message":"two","dropped":1');
  });
});
