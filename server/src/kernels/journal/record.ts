/**
 * One record of a journal file, little endian: magic u32, CRC-32 u32 of everything that follows it, length of the
 * payload u32, how many numbers it stands for u32, kind u8, 0 u8, its last number u48; then the payload, a v1 frame.
 * A file of them needs no header: a reader that has lost its place finds the next one by magic and checksum.
 */
import { crc32 } from 'node:zlib';
import type { EntryKind } from '../journal.ts';

export const recordHeadBytes = 24;
const magic = 0x31_4a_54_41;
export const magicBytes = Buffer.from([0x41, 0x54, 0x4a, 0x31]);

const kinds: readonly EntryKind[] = ['out', 'in', 'gap'];

export type JournalRecord = {
  kind: EntryKind;
  /** Last number it stands for. */
  seq: number;
  /** More than one for a gap and for merged output. */
  count: number;
  bytes: Uint8Array;
};

/** Writes head and payload into `target` at `at`; there must be room. */
export function encodeRecord(record: JournalRecord, target: Buffer, at: number): void {
  encodeHead(record, target, at);
  target.set(record.bytes, at + recordHeadBytes);
}

/** Writes the head alone, for payloads that are written from where they are. */
export function encodeHead({ kind, seq, count, bytes }: JournalRecord, target: Buffer, at: number): void {
  target.writeUInt32LE(magic, at);
  target.writeUInt32LE(bytes.length, at + 8);
  target.writeUInt32LE(count, at + 12);
  target[at + 16] = kinds.indexOf(kind) + 1;
  target[at + 17] = 0;
  target.writeUIntLE(seq, at + 18, 6);
  target.writeUInt32LE(crc32(bytes, crc32(target.subarray(at + 8, at + recordHeadBytes))), at + 4);
}

/** Bytes of the record whose head stands at `at`, or null when no head stands there. */
export function recordSize(buffer: Buffer, at: number): number | null {
  if (buffer.length - at < recordHeadBytes || buffer.readUInt32LE(at) !== magic) return null;
  return recordHeadBytes + buffer.readUInt32LE(at + 8);
}

/** The record of `size` bytes at `at`, a view; null when its checksum or a field is wrong. */
export function decodeRecord(buffer: Buffer, at: number, size: number): JournalRecord | null {
  const end = at + size;
  if (crc32(buffer.subarray(at + 8, end)) !== buffer.readUInt32LE(at + 4)) return null;
  const kind = kinds[(buffer[at + 16] ?? 0) - 1];
  const seq = buffer.readUIntLE(at + 18, 6);
  const count = buffer.readUInt32LE(at + 12);
  if (kind === undefined || count < 1 || count > seq) return null;
  return { kind, seq, count, bytes: buffer.subarray(at + recordHeadBytes, end) };
}
