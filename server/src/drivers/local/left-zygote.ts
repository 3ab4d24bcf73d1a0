/**
 * The zygote of a server that was killed. It lives on with its apps, and the next server with the same data folder goes
 * on with it: when the same program runs it for the same home, when it speaks our protocol, and when it is that very
 * process. One that does not fit, or does not answer, is ended with all its apps before anything else begins.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppType } from '@atelier-ide/contract';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { endProcess, isAlive, type ProcessName, signalProcess, whenGone } from './processes.ts';
import { ZygoteConnection, type ZygoteEvent } from './zygote-connection.ts';
import { createZygote, type Zygote, type ZygoteAbout, zygoteProtocol } from './zygote-process.ts';

const noteName = 'zygote.json';
const answerMs = 10_000;
const endMs = 15_000;
const termGraceMs = 2_000;

/** What makes a zygote one that apps of this server can come from. */
export type StartedFor = { pythonExecutable: string; pythonDir: string; home: string };

const noteSchema = z.object({
  pid: z.number().int(),
  startTime: z.number(),
  /** Zygotes of one folder count up, so that their sockets differ. */
  number: z.number().int(),
  startedFor: z.object({ pythonExecutable: z.string(), pythonDir: z.string(), home: z.string() }),
});
type Note = z.infer<typeof noteSchema>;

/** An app as the zygote lists it. */
export type LeftApp = ProcessName & { app: string; appType: AppType; state: string };

export type LeftZygote = {
  zygote: Zygote;
  number: number;
  apps: readonly LeftApp[];
  /** Instances whose control group it has made. */
  groups: readonly string[];
};

type Listing = { zygote: ZygoteAbout; ending: boolean; groups: string[]; apps: LeftApp[] };

export type LeftZygoteOptions = {
  /** The runtime folder of the server before. */
  folder: string;
  startedFor: StartedFor;
  log: Log;
  onEvent: (event: ZygoteEvent) => void;
  onDidEnd: (cause: string) => void;
};

/** Path of a zygote's socket in the runtime folder. */
export const zygoteSocket = (folder: string, number: number): string => join(folder, `z${number}.sock`);

/** Writes down which zygote serves now, for the server after this one. */
export async function noteZygote(folder: string, note: Note): Promise<void> {
  await writeFile(join(folder, noteName), JSON.stringify(note), { mode: 0o600 });
}

async function readNote(folder: string): Promise<Note | undefined> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(join(folder, noteName), 'utf8')));
  } catch {
    // The server was killed before its zygote was ready.
    return undefined;
  }
}

/** Ends what listens below the folder without being noted. */
async function endUnnoted(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sock'));
  await Promise.all(
    names.map(async (name) => {
      let connection: ZygoteConnection | undefined;
      try {
        connection = await within(
          answerMs,
          ZygoteConnection.connect(join(folder, name), () => undefined),
        );
        await within(endMs, connection.request('end', { graceSeconds: 1 }));
      } catch {
        // Nobody listens, or it ended on its own.
      } finally {
        connection?.close();
      }
    }),
  );
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isSame = (one: StartedFor, other: StartedFor): boolean =>
  one.pythonExecutable === other.pythonExecutable &&
  one.pythonDir === other.pythonDir &&
  one.home === other.home;

/** Why this zygote cannot serve us; undefined when it can. */
function refusal(note: Note, { zygote, ending }: Listing, startedFor: StartedFor): string | undefined {
  if (zygote.protocol !== zygoteProtocol) return 'it is of another version';
  if (zygote.pid !== note.pid || zygote.startTime !== note.startTime) return 'it is another process';
  if (!isSame(note.startedFor, startedFor)) return 'it runs another Python, or for another home';
  return ending ? 'it is ending' : undefined;
}

/** The zygote that an earlier server left, connected; undefined when none can be gone on with, and none runs then. */
export async function findLeftZygote(options: LeftZygoteOptions): Promise<LeftZygote | undefined> {
  const { folder, startedFor, log, onEvent, onDidEnd } = options;
  const note = await readNote(folder);
  if (!note || !(await isAlive(note))) {
    await endUnnoted(folder);
    return undefined;
  }
  let connection: ZygoteConnection | undefined;
  try {
    connection = await within(answerMs, ZygoteConnection.connect(zygoteSocket(folder, note.number), onEvent));
    const listing = (await within(answerMs, connection.request('list'))) as Listing;
    const reason = refusal(note, listing, startedFor);
    if (reason === undefined) {
      const process = {
        pid: note.pid,
        kill: () => void signalProcess(note, 'SIGKILL'),
        ended: async () => {
          await whenGone(note);
          return '';
        },
      };
      const { enforcement } = listing.zygote.capabilities;
      const zygote = createZygote(process, enforcement, { connection, onDidEnd });
      return { zygote, number: note.number, apps: listing.apps, groups: listing.groups };
    }
    log.warn('What an earlier server left is ended', { reason });
    await within(endMs, connection.request('end', { graceSeconds: 1 }));
  } catch (error) {
    log.warn('What an earlier server left is ended', { reason: String(error) });
  }
  connection?.close();
  await endProcess(note, termGraceMs);
  return undefined;
}
