// A picture of a screen has few colours that matter: written with a palette of 256 it has a third of the size.
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunksOf(png) {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + size) });
    at += size + 12;
  }
  return chunks;
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Rows of samples as they were before each was written as a difference. */
function unfilter(raw, { stride, samples, height }) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const kind = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= samples ? out[at - samples] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= samples && y > 0 ? out[at - stride - samples] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind];
      out[at] = (raw[y * (stride + 1) + 1 + x] + guess) & 0xff;
    }
  }
  return out;
}

/** The 256 colours that occur most, near ones taken together. */
function paletteOf(counts) {
  const groups = new Map();
  for (const [colour, count] of counts) {
    const key = ((colour >> 18) << 12) | (((colour >> 10) & 63) << 6) | ((colour >> 2) & 63);
    const group = groups.get(key);
    if (!group || group.most < count) {
      groups.set(key, { colour, most: count, sum: (group?.sum ?? 0) + count });
    } else group.sum += count;
  }
  const all = [...groups.values()].sort((x, y) => y.sum - x.sum);
  const chosen = [];
  // What occurs much or is far from all that is chosen comes next, so that a rare hue keeps its colour.
  const far = all.map(() => Number.MAX_SAFE_INTEGER);
  while (chosen.length < Math.min(256, all.length)) {
    let next = 0;
    for (let at = 1; at < all.length; at += 1) {
      if (Math.sqrt(all[at].sum) * far[at] > Math.sqrt(all[next].sum) * far[next]) next = at;
    }
    const { colour } = all[next];
    chosen.push(colour);
    for (let at = 0; at < all.length; at += 1) far[at] = Math.min(far[at], distance(all[at].colour, colour));
  }
  return chosen;
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** How different two colours look, roughly: green counts most. */
function distance(one, other) {
  const [r, g, b] = parts(one);
  const [x, y, z] = parts(other);
  return 2 * (r - x) ** 2 + 4 * (g - y) ** 2 + 3 * (b - z) ** 2;
}

function nearest(colour, palette) {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, other] of palette.entries()) {
    const here = distance(colour, other);
    if (here < least) [best, least] = [index, here];
  }
  return best;
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The same picture with a palette; any other kind of PNG than a screenshot of 8 bits a sample comes back as it is. */
export function smallPng(png) {
  const chunks = chunksOf(png);
  const head = chunks.find(({ type }) => type === 'IHDR').data;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const samples = { 2: 3, 6: 4 }[head[9]];
  if (head[8] !== 8 || head[12] !== 0 || samples === undefined) return png;
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const pixels = unfilter(inflateSync(packed), { stride: width * samples, samples, height });
  const counts = new Map();
  const colourAt = (at) => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
  for (let at = 0; at < pixels.length; at += samples) {
    const colour = colourAt(at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = places.get(colourAt((y * width + x) * samples));
    }
  }
  const newHead = Buffer.from(head);
  newHead[9] = 3;
  return Buffer.concat([
    signature,
    chunk('IHDR', newHead),
    chunk('PLTE', Buffer.from(palette.flatMap(parts))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
