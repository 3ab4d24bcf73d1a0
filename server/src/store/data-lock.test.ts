import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from './data-lock.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one server, named in the message, and can be taken after release', () => {
    const release = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid}`);
    release();
    expect(existsSync(join(folder, 'server.lock'))).toBe(false);
    lockDataFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeFileSync(
      join(folder, 'server.lock'),
      JSON.stringify({ pid: child.pid, started: '1', nonce: 'gone' }),
    );
    const release = lockDataFolder(folder);
    expect(JSON.parse(readFileSync(join(folder, 'server.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    release();
  });

  it('is taken over when the pid now belongs to a process that started at another time', () => {
    writeFileSync(
      join(folder, 'server.lock'),
      JSON.stringify({ pid: process.pid, started: 'never', nonce: 'x' }),
    );
    lockDataFolder(folder)();
  });

  it('is taken over when it is half written', () => {
    writeFileSync(join(folder, 'server.lock'), '{"pid":');
    lockDataFolder(folder)();
  });

  it('does not remove the lock of a later holder', () => {
    const release = lockDataFolder(folder);
    rmSync(join(folder, 'server.lock'));
    const second = lockDataFolder(folder);
    release();
    expect(existsSync(join(folder, 'server.lock'))).toBe(true);
    second();
  });
});
