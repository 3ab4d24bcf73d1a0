// Runs commands. A step longer than a second says that it runs and how long it took; its output is shown when it fails.
import { spawn } from 'node:child_process';

/** Runs a command quietly. Resolves to { code, out }; never rejects for an exit code. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let only = '';
    child.stdout.on('data', (data) => {
      out += data;
      only += data;
    });
    child.stderr.on('data', (data) => (out += data));
    child.on('error', (error) => resolve({ code: -1, out: out + error.message, stdout: only }));
    child.on('close', (code) => resolve({ code: code ?? -1, out, stdout: only }));
  });
}

/** For the report of what a runner did until it was asked to stop. */
const lastWordsMs = 30_000;

/**
 * Runs a command with its output shown. Resolves to its exit code.
 * `withinMs`: how long it may take; then it is interrupted, as by Ctrl+C, and ended when it does not go.
 * `atOnce`: false shows the output when the command has ended, for one that runs beside another.
 */
export function show(command, args, { withinMs = Infinity, atOnce = true, ...options } = {}) {
  return new Promise((resolve) => {
    const out = atOnce ? 'inherit' : 'pipe';
    const child = spawn(command, args, { stdio: ['ignore', out, out], ...options });
    const said = [];
    child.stdout?.on('data', (data) => said.push(data));
    child.stderr?.on('data', (data) => said.push(data));
    const timers = [];
    if (withinMs < Infinity)
      timers.push(
        setTimeout(() => {
          console.error('\nStopped: the time for it is over.');
          child.kill('SIGINT');
          timers.push(setTimeout(() => child.kill('SIGKILL'), lastWordsMs));
        }, withinMs),
      );
    child.on('exit', () => timers.forEach((timer) => clearTimeout(timer)));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(-1);
    });
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? -1);
    });
  });
}

/** Shows `label …` after a second, then the time it took. */
export async function step(label, work) {
  const start = Date.now();
  let shown = false;
  const tell = () => {
    shown = true;
    console.error(
      `${label} …${Date.now() - start > 5000 ? ` ${Math.round((Date.now() - start) / 1000)} s` : ''}`,
    );
  };
  const first = setTimeout(tell, 1000);
  const more = setInterval(tell, 15_000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(more);
    if (shown) console.error(`${label}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
}
