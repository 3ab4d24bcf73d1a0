import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portOf } from './http/http.fixture.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const outDir = join(repository, 'node_modules/.cache/atelier-main-test');

/** As little of a Jupyter Server as the driver `jupyter` asks for at the start. */
function startJupyter(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    const answers: Record<string, object> = {
      '/api/status': { started: '2026-01-01T00:00:00Z', kernels: 0, connections: 0 },
      '/api/kernelspecs': { default: 'python3', kernelspecs: {} },
      '/api': { version: '2.21.1' },
    };
    const isAllowed = request.headers.authorization === 'token jupyter-secret';
    const answer = isAllowed && path !== undefined ? answers[path] : undefined;
    response.writeHead(answer ? 200 : isAllowed ? 404 : 403, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

describe('the command', () => {
  let folder: string;
  let jupyter: Server;
  let child: ChildProcess | undefined;
  let output = { stdout: '', stderr: '' };
  beforeAll(async () => {
    await build({
      configFile: join(repository, 'tools/vite.server.config.ts'),
      logLevel: 'error',
      build: { outDir },
    });
    jupyter = await startJupyter();
  });
  afterAll(async () => {
    await new Promise((resolve) => {
      jupyter.close(resolve);
    });
    rmSync(outDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-main-'));
    mkdirSync(join(folder, 'home'));
  });
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: string[], environment: Record<string, string> = {}) => {
    const made = spawn(process.execPath, [join(outDir, 'main.js'), ...args], {
      env: { ...process.env, ...environment },
    });
    output = { stdout: '', stderr: '' };
    made.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    made.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    child = made;
    return made;
  };
  const own = (token = 'jupyter-secret') => {
    const address = `http://127.0.0.1:${portOf(jupyter)}/`;
    const text = `--port 0 --root ${folder}/home --data ${folder}/data --jupyter-url ${address} --jupyter-token ${token}`;
    return text.split(' ');
  };
  const ready = (made: ChildProcess): Promise<URL> =>
    new Promise((resolve, reject) => {
      made.stdout?.on('data', () => {
        const line = /^Ready: (\S+)\n/.exec(output.stdout);
        if (line?.[1] !== undefined) resolve(new URL(line[1]));
      });
      made.on('exit', (code) => reject(new Error(`exit ${code}: ${output.stderr}`)));
    });
  const exitOf = async (made: ChildProcess) => ((await once(made, 'exit')) as [number | null])[0];

  it('prints one line when it answers, and ends with 0 on Ctrl+C, its folder free again [Q9]', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const made = run([...own(), '--no-open']);
      const link = await ready(made);
      expect(link.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await fetch(link)).status).toBe(200);
      made.kill(signal);
      expect(await exitOf(made)).toBe(0);
      expect(output.stdout.trimEnd().split('\n')).toHaveLength(1);
      expect(output.stderr).toBe('');
    }
  });

  it('opens a browser with the link unless told not to [Q9]', async () => {
    const tools = join(folder, 'bin');
    mkdirSync(tools);
    const opened = join(folder, 'opened');
    for (const name of ['xdg-open', 'open'])
      writeFileSync(
        join(tools, name),
        `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`,
        { mode: 0o755 },
      );
    const made = run(own(), { PATH: `${tools}:/usr/bin:/bin` });
    const link = await ready(made);
    await expect
      .poll(() => readFileSync(opened, { encoding: 'utf8', flag: 'a+' }), { timeout: 10_000 })
      .toBe(link.href);
  });

  it.each([
    ['a bad value', ['--port', 'x'], 2, /^--port x is not a port\. .*\n$/],
    ['an unknown option', ['--nothing'], 2, /^Unknown option '--nothing'\. .*\n$/],
    [
      'an unwritable data folder',
      ['--data', '/proc/atelier', '--root', '/'],
      1,
      /^The data folder .*--data\.\n$/,
    ],
  ])('ends with one line and no stack on %s', async (_what, args, code, message) => {
    const made = run([...args, '--no-open']);
    expect(await exitOf(made)).toBe(code);
    expect(output.stderr).toMatch(message);
    expect(output.stdout).toBe('');
  });

  it('says that a second server on the same folder or port will not do, and leaves the first alone [Q9]', async () => {
    const first = run([...own(), '--no-open']);
    const link = await ready(first);
    const second = run([...own(), '--no-open']);
    expect(await exitOf(second)).toBe(1);
    expect(output.stderr).toMatch(/^Another Atelier server \(process \d+\) uses the data folder .*\n$/);
    const third = run([...own(), '--no-open', '--data', join(folder, 'other'), '--port', link.port]);
    expect(await exitOf(third)).toBe(1);
    expect(output.stderr).toMatch(new RegExp(`^Port ${link.port} is taken\\. .*\\n$`));
    expect((await fetch(link)).status).toBe(200);
    first.kill('SIGKILL');
    await once(first, 'exit');
    // After a crash the folder is free.
    await ready(run([...own(), '--no-open']));
  });

  it('says when the Jupyter Server refuses the token, without printing it [A11]', async () => {
    const made = run([...own('wrong-secret'), '--no-open']);
    expect(await exitOf(made)).toBe(1);
    expect(output.stderr).toMatch(/--jupyter-token/);
    expect(output.stderr).not.toContain('wrong-secret');
  });
});
