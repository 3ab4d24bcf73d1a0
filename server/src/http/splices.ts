/** A file as what differs from the one before: one line of JSON with pieces of the old bytes, and the new ones behind. */
import { ProblemError } from '@atelier-ide/contract';

type Splice = { start: number; end: number; length: number };

const maxSplices = 100_000;
const lineBreak = 10;

/** Makes the new bytes. Throws `bad-patch`; the sender then sends the whole file. */
export function splice(old: Uint8Array, patch: Uint8Array): Buffer {
  const head = patch.indexOf(lineBreak);
  if (head < 0) throw badPatch('The list of splices is missing.');
  const pieces: Uint8Array[] = [];
  let at = 0;
  let next = head + 1;
  for (const { start, end, length } of splicesOf(patch.subarray(0, head))) {
    if (start < at || end < start || end > old.length || length < 0 || next + length > patch.length)
      throw badPatch('The splices do not fit the file.');
    pieces.push(old.subarray(at, start), patch.subarray(next, next + length));
    at = end;
    next += length;
  }
  return Buffer.concat([...pieces, old.subarray(at)]);
}

function splicesOf(line: Uint8Array): readonly Splice[] {
  try {
    const { splices } = JSON.parse(Buffer.from(line).toString()) as { splices: readonly unknown[] };
    if (splices.length <= maxSplices) return splices.map(spliceOf);
  } catch {
    throw badPatch('The list of splices cannot be read.');
  }
  throw badPatch('There are too many splices.');
}

function spliceOf(one: unknown): Splice {
  const [start, end, length] = one as [unknown, unknown, unknown];
  if (!isCount(start) || !isCount(end) || !isCount(length)) throw new TypeError('No splice');
  return { start, end, length };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

export function badPatch(detail: string): ProblemError {
  return new ProblemError({
    type: 'urn:atelier:problem:bad-patch',
    code: 'bad-patch',
    title: 'Bad patch',
    status: 422,
    detail: `${detail} Nothing was written. Send the whole file.`,
  });
}
