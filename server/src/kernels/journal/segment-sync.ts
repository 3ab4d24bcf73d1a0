/**
 * Brings written frames to the disk's own memory, in the background: at most `everyMs` after a write the sync begins.
 * A full file is synced once more and closed. Nobody waits for it.
 */
import { fdatasync, fsync, open as openFile, close as closeFile } from 'node:fs';
import { promisify } from 'node:util';
import type { Segment } from './segment.ts';

const everyMs = 50;

const sync = promisify(fdatasync);
const syncFolder = promisify(fsync);
const open = promisify(openFile);
const close = promisify(closeFile);

export class SegmentSync {
  readonly #folder: string;
  readonly #dirty = new Set<Segment>();
  readonly #full = new Set<Segment>();
  #hasNewFile = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  didWrite(segment: Segment): void {
    this.#dirty.add(segment);
    if (this.#isClosed || this.#timer || this.#running) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, everyMs).unref();
  }

  /** A file was made: its name must outlive a power cut too. */
  didMake(): void {
    this.#hasNewFile = true;
  }

  /** Nothing more is written to it. */
  didFill(segment: Segment): void {
    this.#full.add(segment);
    this.didWrite(segment);
  }

  /** Syncs what is left and closes the files. */
  async close(segments: readonly Segment[]): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
    for (const segment of segments) this.#full.add(segment);
    await this.#run();
    for (const segment of segments) segment.close();
  }

  #start(): void {
    this.#running = this.#run().then(() => {
      this.#running = undefined;
      for (const segment of this.#dirty) {
        this.didWrite(segment);
        break;
      }
    });
  }

  async #run(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const hasNewFile = this.#hasNewFile;
    this.#hasNewFile = false;
    for (const segment of dirty) await quietly(async () => sync(fdOf(segment)));
    if (hasNewFile) await quietly(async () => this.#syncFolder());
    for (const segment of dirty) {
      if (!this.#full.has(segment) || this.#dirty.has(segment)) continue;
      this.#full.delete(segment);
      segment.close();
    }
  }

  async #syncFolder(): Promise<void> {
    const fd = await open(this.#folder, 'r');
    try {
      await syncFolder(fd);
    } finally {
      await close(fd);
    }
  }
}

function fdOf({ fd }: Segment): number {
  if (fd === undefined) throw new Error('The file was given up');
  return fd;
}

/** A sync that fails is tried again with the next write; what a disk does not take is seen at the write itself. */
async function quietly(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch {
    // Said above.
  }
}
