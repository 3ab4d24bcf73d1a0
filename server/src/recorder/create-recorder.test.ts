/** The recorder over a journal that the test writes, a file in memory and leases of one document. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution } from '@atelier-ide/contract';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { createMessage } from '@atelier-ide/core/wire/message.ts';
import { encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerWriting } from '../documents/leases.ts';
import { headOf } from '../kernels/frame.ts';
import type { Journal } from '../kernels/journal.ts';
import { type Journals, createJournals } from '../kernels/journal/journals.ts';
import { silentLog } from '../log.ts';
import type { User } from '../studio/user.ts';
import { steadyNow } from '../steady-now.ts';
import { type Recorder, createRecorder } from './create-recorder.ts';
import { type ExecutionResults, createExecutionResults } from './execution-results.ts';
import type { NotebookFiles } from './notebook-files.ts';

const user: User = { id: 'ann', name: 'Ann', role: 'user' };
const kernelId = '00000001-0000-4000-8000-000000000000';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sources = ['one', 'two'];

function notebookText(): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: `cell-${index}`,
    metadata: {},
    outputs: [],
    source,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1);
}

describe('the recorder', () => {
  let folder: string;
  let journals: Journals;
  let journal: Journal;
  let recorder: Recorder;
  let executions: Map<string, Execution>;
  let disk: Uint8Array;
  let reads: number;
  let writes: number;
  /** Where the document is, and where its file is; null = nowhere. */
  let path: string;
  let filePath: string | null;
  /** Called before each write, as somebody else who is faster. */
  let beforeWrite: () => void;
  let free: (documentId: string) => void;
  let freeAt: number;
  let changed: () => void;
  let results: ExecutionResults;

  const createResults = (records: { id: string; isRecorded: boolean }[]): ExecutionResults =>
    createExecutionResults({
      executions: {
        get: (_userId, id) => {
          const one = executions.get(id);
          if (!one) throw new Error('no such execution');
          return one;
        },
      },
      journals,
      folder: join(folder, 'unplaced'),
      records,
      log: silentLog,
    });

  const tell = (id: string, change: Partial<Execution>): void => {
    const before = executions.get(id);
    if (!before) throw new Error('no such execution');
    const next = { ...before, ...change };
    executions.set(id, next);
    changed();
    recorder.note(next);
    results.note(next);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-recorder-'));
    journals = createJournals({ folder, log: silentLog });
    journal = journals.open({ appId: 'app', kernelId, userId: user.id });
    executions = new Map();
    disk = Buffer.from(notebookText());
    reads = 0;
    writes = 0;
    path = 'a.ipynb';
    filePath = 'a.ipynb';
    beforeWrite = () => undefined;
    free = () => undefined;
    freeAt = 0;
    changed = () => undefined;
    const files: NotebookFiles = {
      read: (_user, at) => {
        reads += 1;
        if (at !== filePath) return Promise.resolve(undefined);
        return Promise.resolve({ bytes: disk, hash: hashOf(disk) });
      },
      write: (_user, _path, { bytes, hash }) => {
        beforeWrite();
        if (hash !== hashOf(disk)) return Promise.resolve(undefined);
        disk = bytes;
        writes += 1;
        return Promise.resolve(hashOf(bytes));
      },
    };
    results = createResults([]);
    recorder = createRecorder({
      documents: {
        forServer: () => Promise.resolve({ user, isNotebook: true, isHeld: freeAt > steadyNow(), freeAt }),
        write: (_id, work) => {
          const writing: ServerWriting = {
            signal: new AbortController().signal,
            willWrite: () => Promise.resolve(),
            didWrite: () => undefined,
          };
          return freeAt > steadyNow() ? Promise.resolve(undefined) : work({ ...writing, user, path });
        },
        onDidFree: (listener) => {
          free = listener;
          return () => undefined;
        },
      },
      executions: {
        unrecorded: () => [...executions.values()].filter((one) => !one.recorded),
        recorded: (_documentId, ids) => {
          for (const id of ids) tell(id, { recorded: true });
        },
        unplaced: (id, why) => tell(id, { unplaced: why }),
      },
      journals,
      files,
      results,
      log: silentLog,
      isOffered: true,
      timing: { soonMs: 5, everyMs: 20, retryMs: 10 },
    });
  });
  afterEach(async () => {
    await recorder.close();
    await results.close();
    journals.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The kernel says something; resolves when it is in the journal. */
  async function say(id: string, type: string, content: object): Promise<void> {
    const parts = { channel: 'iopub' as const, type, id: 'm', session: 'k', date: '2026-01-01T00:00:00Z' };
    const parent = { msg_id: id, msg_type: 'execute_request' };
    const frame = encodeV1(createMessage({ ...parts, content: { ...content }, parent }));
    journal.append('out', frame, headOf(frame));
    await new Promise((resolve) => setImmediate(resolve));
  }

  const print = (id: string, text: string): Promise<void> => say(id, 'stream', { name: 'stdout', text });

  /** A cell begins to run. */
  async function begin(id: string, cell: number): Promise<void> {
    const journalPlace = { epoch: journal.epoch, seq: journal.head + 1 };
    executions.set(id, {
      id,
      documentId: 'd',
      cellId: `cell-${cell}`,
      sourceHash: hashSource(sources[cell] ?? ''),
      kernelId,
      state: 'running',
      position: 0,
      executionCount: null,
      queuedAt: '2026-01-01T00:00:00.000Z',
      journal: journalPlace,
      recorded: false,
    });
    await say(id, 'execute_input', { code: sources[cell] ?? '', execution_count: 1 });
    tell(id, {});
  }

  async function end(id: string): Promise<void> {
    await say(id, 'status', { execution_state: 'idle' });
    tell(id, { state: 'done' });
  }

  const outputs = (): string[] => {
    const { cells } = JSON.parse(Buffer.from(disk).toString()) as {
      cells: { outputs: { text: string[] }[] }[];
    };
    return cells.map((cell) => cell.outputs.map(({ text }) => [text].flat().join('')).join('|'));
  };

  /** Resolves when this is so; asked after every change of an execution, and of the file. */
  const until = (what: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (what()) resolve();
        else setImmediate(look);
      };
      look();
    });
  const whenRecorded = (id: string): Promise<void> => until(() => executions.get(id)?.recorded === true);

  it('writes a cell that goes on now and then, and marks it when it has ended', async () => {
    await begin('a', 0);
    await print('a', '1\n');
    await until(() => outputs()[0] === '1\n');
    expect(executions.get('a')?.recorded).toBe(false);
    await print('a', '2\n');
    await end('a');
    await whenRecorded('a');
    expect(outputs()).toEqual(['1\n2\n', '']);
  });

  it('begins again with the file of somebody who was faster', async () => {
    beforeWrite = () => {
      beforeWrite = () => undefined;
      disk = Buffer.from(Buffer.from(disk).toString().replace('"two"', '"two, edited"'));
    };
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await whenRecorded('a');
    expect(outputs()).toEqual(['1\n', '']);
    expect(Buffer.from(disk).toString()).toContain('two, edited');
    expect(reads).toBeGreaterThan(1);
  });

  it('tries again when the file cannot be written', async () => {
    let failures = 0;
    beforeWrite = () => {
      failures += 1;
      if (failures < 3) throw new Error('The disk is full');
    };
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await whenRecorded('a');
    expect(failures).toBe(3);
  });

  it('waits for a document whose file was moved just before it', async () => {
    filePath = 'b.ipynb';
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await until(() => reads > 0);
    path = 'b.ipynb';
    await whenRecorded('a');
    expect(executions.get('a')?.unplaced).toBeUndefined();
    expect(outputs()).toEqual(['1\n', '']);
  });

  it('a file that is not there at a second look either has gone', async () => {
    filePath = null;
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await until(() => executions.get('a')?.unplaced === 'no-cell');
    expect(reads).toBe(2);
  });

  it('outputs of a cell that is gone stay to be had, with their source; without outputs there is nothing to keep [F7]', async () => {
    disk = Buffer.from(notebookText().replace('"cell-0"', '"another"').replace('"cell-1"', '"one-more"'));
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await begin('b', 1);
    await end('b');
    await until(() => executions.get('a')?.unplaced === 'no-cell');
    await whenRecorded('b');
    expect(executions.get('a')?.recorded).toBe(false);
    expect(executions.get('b')?.unplaced).toBeUndefined();
    const { cells } = JSON.parse(await results.read(user.id, 'a')) as { cells: object[] };
    expect(cells).toMatchObject([
      {
        cell_type: 'code',
        execution_count: 1,
        source: ['one'],
        outputs: [{ name: 'stdout', output_type: 'stream', text: ['1\n'] }],
      },
    ]);
    // The journal of the kernel goes; what has no place stays, over a restart too, until somebody has chosen.
    await results.close();
    const kept = await results.read(user.id, 'a');
    journals.close();
    rmSync(join(folder, kernelId), { recursive: true });
    results = createResults([{ id: 'a', isRecorded: false }]);
    expect(JSON.parse(await results.read(user.id, 'a'))).toMatchObject({
      cells: (JSON.parse(kept) as { cells: { outputs: object[] }[] }).cells.map(({ outputs: has }) => ({
        outputs: has,
      })),
    });
    tell('a', { recorded: true });
    await results.close();
    await expect(results.read(user.id, 'a')).rejects.toThrow(/no longer kept/);
    expect(readdirSync(join(folder, 'unplaced'))).toEqual([]);
  });

  it('what is kept of executions that nobody knows any more goes at a start', async () => {
    mkdirSync(join(folder, 'unplaced'), { recursive: true });
    for (const id of ['known', 'recorded', 'unknown'])
      writeFileSync(join(folder, 'unplaced', `${id}.ipynb`), '{}');
    createResults([
      { id: 'known', isRecorded: false },
      { id: 'recorded', isRecorded: true },
    ]);
    expect(readdirSync(join(folder, 'unplaced'))).toEqual(['known.ipynb']);
  });

  it('leaves the file to a page, and writes what that page did not', async () => {
    freeAt = Number.MAX_SAFE_INTEGER;
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await begin('b', 1);
    await print('b', '2\n');
    await end('b');
    tell('a', { recorded: true });
    expect(reads).toBe(0);
    freeAt = 0;
    free('d');
    await whenRecorded('b');
    expect(outputs()).toEqual(['', '2\n']);
  });

  it('the newer run of a cell wins as a whole, and the older one is done with', async () => {
    freeAt = Number.MAX_SAFE_INTEGER;
    await begin('a', 0);
    await print('a', 'old\n');
    await end('a');
    await begin('b', 0);
    await print('b', 'new\n');
    await end('b');
    freeAt = 0;
    free('d');
    await Promise.all([whenRecorded('a'), whenRecorded('b')]);
    expect(outputs()).toEqual(['new\n', '']);
    expect(writes).toBe(1);
  });

  it('what a thread prints after the end of its cell is written too', async () => {
    await begin('a', 0);
    await print('a', '1\n');
    await end('a');
    await whenRecorded('a');
    await print('a', 'later\n');
    await until(() => outputs()[0] === '1\nlater\n');
  });

  it('what an Output widget takes is not the cell’s; a display that is updated later changes where it is', async () => {
    const comm = (data: object): Promise<void> => say('a', 'comm_msg', { comm_id: 'w', data });
    const shown = { metadata: {}, transient: { display_id: 'x' } };
    await begin('a', 0);
    await say('a', 'display_data', { data: { 'text/plain': 'first' }, ...shown });
    await comm({ method: 'update', state: { msg_id: 'a' } });
    await print('a', 'in the widget\n');
    await comm({ method: 'update', state: { msg_id: '' } });
    await end('a');
    await begin('b', 1);
    await say('b', 'update_display_data', { data: { 'text/plain': 'second' }, ...shown });
    await end('b');
    await whenRecorded('b');
    await until(() => Buffer.from(disk).toString().includes('second'));
    const text = Buffer.from(disk).toString();
    expect(text).not.toContain('first');
    expect(text).not.toContain('in the widget');
  });

  it('says where output may be missing', async () => {
    await begin('a', 0);
    await print('a', '1\n');
    const gap = encodeV1(
      createMessage({ channel: 'iopub', type: 'atelier_gap', id: 'g', session: 's', date: '', content: {} }),
    );
    journal.append('gap', gap, headOf(gap));
    await print('a', '3\n');
    await end('a');
    await whenRecorded('a');
    expect(outputs()[0]).toBe('1\n[… some output may be missing here …]\n3\n');
  });
});
