/**
 * On what an image was drawn, told from its pixels. A figure on paper (an opaque white ground, or dark ink on none) can
 * be adapted to a dark theme; a photograph must stay as it is.
 */
export type ImageGround = 'paper' | 'dark-ink' | 'light-ink' | 'other';

/** Pixels as a canvas gives them: four numbers each, rows from the top. */
export type Pixels = { data: ArrayLike<number>; width: number; height: number };

/** Longest side of the picture that is sampled. */
const SAMPLE = 96;
/** How much of the edge may be something else, such as a label that reaches it. */
const EDGE_SHARE = 0.95;

/** Sees corners and edges; where they are clear, the ink. */
export function groundOf(pixels: Pixels): ImageGround {
  const edge = edgeOf(pixels);
  const corners = cornersOf(pixels);
  if (corners.every((at) => isWhite(pixels, at)))
    return share(edge, (at) => isWhite(pixels, at)) >= EDGE_SHARE ? 'paper' : 'other';
  if (!corners.every((at) => isClear(pixels, at))) return 'other';
  return ink(pixels) < 0.5 ? 'dark-ink' : 'light-ink';
}

/** The ground of an image that is loaded; `other` where its pixels cannot be read. */
export function sampleGround(image: HTMLImageElement): ImageGround {
  const { naturalWidth, naturalHeight } = image;
  const longest = Math.max(naturalWidth, naturalHeight);
  if (longest === 0) return 'other';
  const canvas = image.ownerDocument.createElement('canvas');
  canvas.width = Math.max(1, Math.round((naturalWidth / longest) * Math.min(SAMPLE, longest)));
  canvas.height = Math.max(1, Math.round((naturalHeight / longest) * Math.min(SAMPLE, longest)));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return 'other';
  try {
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return groundOf(context.getImageData(0, 0, canvas.width, canvas.height));
  } catch (error) {
    // A drawing that holds foreign content makes the canvas unreadable.
    if (error instanceof DOMException) return 'other';
    throw error;
  }
}

function cornersOf({ width, height }: Pixels): readonly number[] {
  return [0, width - 1, (height - 1) * width, height * width - 1];
}

function edgeOf({ width, height }: Pixels): readonly number[] {
  const rows = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]).flat();
  const columns = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x]).flat();
  return [...rows, ...columns];
}

function share(places: readonly number[], fits: (at: number) => boolean): number {
  return places.filter(fits).length / places.length;
}

const channel = ({ data }: Pixels, at: number, which: number) => data[at * 4 + which] ?? 0;

function isWhite(pixels: Pixels, at: number): boolean {
  return channel(pixels, at, 3) >= 250 && [0, 1, 2].every((which) => channel(pixels, at, which) >= 246);
}

function isClear(pixels: Pixels, at: number): boolean {
  return channel(pixels, at, 3) <= 16;
}

/** Mean brightness of what is drawn, 0 to 1; white parts that are there, such as an axes' ground, count as ground. */
function ink(pixels: Pixels): number {
  let sum = 0;
  let weight = 0;
  let whites = 0;
  for (let at = 0; at < pixels.width * pixels.height; at += 1) {
    const alpha = channel(pixels, at, 3) / 255;
    if (alpha < 0.1) continue;
    const [r, g, b] = [0, 1, 2].map((which) => channel(pixels, at, which) / 255) as [number, number, number];
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    if (light > 0.96) whites += alpha;
    sum += light * alpha;
    weight += alpha;
  }
  if (weight === 0) return 1;
  // Mostly white with some dark in it is paper inside a clear margin; white alone is light ink.
  const dark = weight - whites;
  return whites > dark && dark > weight * 0.02 ? (sum - whites) / dark : sum / weight;
}
