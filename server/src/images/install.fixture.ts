/** Runs one installer in a process that a test can kill. Bundled and run by image-maker.test.ts. */
import { MakingLog } from './making-log.ts';
import { runInstaller } from './run-installer.ts';

const [file = '', ...command] = process.argv.slice(2);
const log = new MakingLog(file);
log.begin();
const { signal } = new AbortController();
const env = { PATH: process.env['PATH'] ?? '' };
await runInstaller({ command, cwd: '/', env, log, signal, place: '/' });
