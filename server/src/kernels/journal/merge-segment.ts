/**
 * Merges printed lines in a file that is full: frames of the same stream of the same execution that follow each other
 * become one, which saves their headers (most of a short line's bytes). The merged record stands for all their numbers.
 * It runs a portion at a time between other work; the file is replaced as a whole.
 */
import { renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { FrameError } from '@atelier-ide/core/wire/frame.ts';
import { contentOf, headOf, withContent } from '../frame.ts';
import type { JournalRecord } from './record.ts';
import { Segment, writeAt } from './segment.ts';

const portionBytes = 128 * 1024;
const maxTextLength = 512 * 1024;

type Run = { record: JournalRecord; key: string; name: unknown; texts: string[]; length: number };

/** The merged file, already in the place of the old one; null when the journal needs it no more meanwhile. */
export async function mergeSegment(
  folder: string,
  segment: Segment,
  isGone: () => boolean,
): Promise<Segment | null> {
  const merged = new Segment(folder, segment.first, true);
  const draft = new Segment(folder, segment.first, true, '.new');
  rmSync(draft.file, { force: true });
  draft.openForWriting();
  try {
    await copyMerged(segment, draft, isGone);
    const handle = await open(draft.file, 'r+');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // It would take room for nothing.
    rmSync(draft.file, { force: true });
    if (isGone()) return null;
    throw error;
  } finally {
    draft.close();
  }
  if (isGone()) {
    rmSync(draft.file, { force: true });
    return null;
  }
  renameSync(draft.file, merged.file);
  merged.measure();
  segment.close();
  rmSync(segment.file, { force: true });
  return merged;
}

async function copyMerged(from: Segment, to: Segment, isGone: () => boolean): Promise<void> {
  let run: Run | undefined;
  let place = 0;
  const put = (records: readonly JournalRecord[]): void => {
    const { error } = to.write(records, writeAt);
    if (error !== undefined) throw new Error('The merged file was not written', { cause: error });
  };
  const endRun = (): void => {
    if (run) put([finished(run)]);
    run = undefined;
  };
  while (place < from.size && !isGone()) {
    const stopAt = place + portionBytes;
    const { end } = from.walk(place, (record, at) => {
      if (at >= stopAt) return false;
      const line = lineOf(record);
      if (run && line && line.key === run.key && run.length + line.text.length <= maxTextLength) {
        run.texts.push(line.text);
        run.length += line.text.length;
        run.record = { ...run.record, seq: record.seq, count: run.record.count + record.count };
        return true;
      }
      endRun();
      if (line)
        run = { record, key: line.key, name: line.name, texts: [line.text], length: line.text.length };
      else put([record]);
      return true;
    });
    // Damage reaches to the end.
    if (end <= place) break;
    place = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
  endRun();
}

function finished({ record, name, texts }: Run): JournalRecord {
  if (record.count === 1) return record;
  return { ...record, bytes: withContent(record.bytes, { name: name as string, text: texts.join('') }) };
}

/** What a frame printed; null for all other frames. */
function lineOf({ kind, bytes }: JournalRecord): { key: string; name: unknown; text: string } | null {
  if (kind !== 'out') return null;
  try {
    const head = headOf(bytes);
    if (head.channel !== 'iopub' || head.type !== 'stream' || head.parentId === '') return null;
    const { name, text, ...rest } = contentOf(bytes);
    if (typeof text !== 'string' || typeof name !== 'string' || Object.keys(rest).length > 0) return null;
    return { key: `${head.parentId}\n${name}\n${head.session}`, name, text };
  } catch (error) {
    // Not ours to judge: it is kept as it is.
    if (error instanceof FrameError) return null;
    throw error;
  }
}
