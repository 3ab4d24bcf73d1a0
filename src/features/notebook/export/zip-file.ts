/** Files in one archive, stored as they are: pictures are compressed already. */
export type ZipEntry = { name: string; data: Uint8Array };

/** The first second that the format can say; it makes equal archives of equal files. */
const DATE = 0x0021;
const UTF8 = 0x0800;

export function zipFile(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of entries) {
    const path = new TextEncoder().encode(name);
    const common = [20, UTF8, 0, 0, DATE];
    const sizes = [crc32(data), data.length, data.length];
    const local = record(0x04034b50, common, sizes, [path.length, 0]);
    directory.push(record(0x02014b50, [20, ...common], sizes, [path.length, 0, 0, 0, 0], [0, offset]), path);
    parts.push(local, path, data);
    offset += local.length + path.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  const end = record(0x06054b50, [0, 0, count, count], [size, offset], [0]);
  return joined([...parts, ...directory, end]);
}

/** A signature, then groups of 16 and 32 bit numbers in turn. */
function record(signature: number, ...groups: readonly (readonly number[])[]): Uint8Array {
  const size = groups.reduce((sum, group, index) => sum + group.length * (index % 2 === 0 ? 2 : 4), 4);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [index, group] of groups.entries()) {
    for (const value of group) {
      if (index % 2 === 0) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += index % 2 === 0 ? 2 : 4;
    }
  }
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
