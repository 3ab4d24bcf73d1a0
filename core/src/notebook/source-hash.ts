/**
 * A fast 64-bit hash of a cell's source (cyrb53's mixing, kept to 64 bits), as 16 hex digits. It tells "the source
 * that ran" from "the source now" and is no defence against anybody who wants two sources to collide.
 */
export function hashSource(source: string): string {
  let a = 0xdeadbeef ^ source.length;
  let b = 0x41c6ce57 ^ source.length;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return hex32(a ^ (a >>> 16)) + hex32(b ^ (b >>> 16));
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
