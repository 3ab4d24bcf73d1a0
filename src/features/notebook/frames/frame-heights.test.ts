import { describe, expect, it } from 'vitest';
import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { createFakeStorage } from '@/services/fake-backend.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { FrameHeights } from './frame-heights.ts';

const plot = (...y: number[]): RichOutput => ({
  output_type: 'display_data',
  data: { 'application/vnd.plotly.v1+json': { data: [{ type: 'bar', y }], layout: { height: 300 } } },
  metadata: {},
});

describe('heights of outputs in frames', () => {
  it('are known again when a notebook is opened again, written by several at once [J2]', async () => {
    const storage = createFakeStorage();
    const clock = createFakeClock();
    const [first, second] = [new FrameHeights(storage, clock), new FrameHeights(storage, clock)];
    first.note(plot(1, 2), 321.4);
    second.note(plot(1, 2, 3), 200);
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
    first.note(plot(7), 90);
    first.dispose();
    const again = new FrameHeights(storage, clock);
    expect([plot(1, 2), plot(1, 2, 3), plot(7), plot(8)].map((one) => again.of(one))).toEqual([
      321,
      200,
      90,
      undefined,
    ]);
  });

  it('of an output that changed are those of the new one', () => {
    const heights = new FrameHeights(createFakeStorage(), createFakeClock());
    heights.note(plot(1), 100);
    heights.note(plot(1), 140);
    expect(heights.of(plot(1))).toBe(140);
  });

  it('cost the same for an output of megabytes, and the oldest of very many are forgotten', () => {
    const storage = createFakeStorage();
    const heights = new FrameHeights(storage, createFakeClock());
    let reads = 0;
    const long = new Proxy(
      Array.from({ length: 500_000 }, (_, i) => i),
      {
        get(target, name) {
          reads += 1;
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    heights.note(plot(0), 1);
    expect(
      heights.of({
        output_type: 'display_data',
        data: { 'application/vnd.plotly.v1+json': { x: long } },
        metadata: {},
      }),
    ).toBeUndefined();
    expect(reads).toBeLessThan(100);
    for (let n = 1; n <= 1_000; n += 1) heights.note(plot(n), n);
    expect(heights.of(plot(0))).toBeUndefined();
    expect(heights.of(plot(1))).toBe(1);
  });
});
