import { expect, it } from 'vitest';
import { groundOf } from './image-ground.ts';

const white = [255, 255, 255, 255];
const black = [20, 20, 20, 255];
const clear = [0, 0, 0, 0];

/** A picture of 20 by 20 in which `paint` says each pixel. */
function picture(paint: (x: number, y: number) => readonly number[]) {
  const places = Array.from({ length: 400 }, (_, at) => paint(at % 20, Math.floor(at / 20)));
  return { data: places.flat(), width: 20, height: 20 };
}

const isInside = (x: number, y: number) => x > 4 && x < 15 && y > 4 && y < 15;

it('a figure on an opaque white ground is paper', () => {
  expect(groundOf(picture((x, y) => (isInside(x, y) ? black : white)))).toBe('paper');
});

it('a label that touches the edge changes nothing, a photograph with white corners does', () => {
  expect(groundOf(picture((x, y) => (x === 0 && (y === 9 || y === 10) ? black : white)))).toBe('paper');
  expect(groundOf(picture((x, y) => (x > 3 && x < 16 ? (y === 0 ? black : white) : white)))).toBe('other');
});

it('dark ink on no ground is told from light ink', () => {
  expect(groundOf(picture((x, y) => (isInside(x, y) ? black : clear)))).toBe('dark-ink');
  expect(groundOf(picture((x, y) => (isInside(x, y) ? white : clear)))).toBe('light-ink');
});

it('a white plane with dark lines inside a clear margin is dark ink', () => {
  const axes = picture((x, y) => (!isInside(x, y) ? clear : y === 9 ? black : white));
  expect(groundOf(axes)).toBe('dark-ink');
});

it('anything else stays as it is', () => {
  expect(groundOf(picture(() => [80, 120, 40, 255]))).toBe('other');
  expect(groundOf(picture((x, y) => (x === 0 && y === 0 ? black : white)))).toBe('other');
  expect(groundOf(picture(() => clear))).toBe('light-ink');
});
