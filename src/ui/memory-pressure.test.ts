import { describe, expect, it } from 'vitest';
import { type MemoryPressure, type MemoryReading, nextPressure } from './memory-pressure.ts';

const reading = (percent: number, change: Partial<MemoryReading> = {}): MemoryReading => ({
  instance: 'i1',
  usedBytes: percent,
  limitBytes: 100,
  hasRunOut: false,
  ...change,
});

/** Tones of readings that come every `step` ms. */
function tones(percents: readonly number[], step = 2_000): string[] {
  let pressure: MemoryPressure | null = null;
  return percents.map((percent, index) => {
    pressure = nextPressure(pressure, reading(percent), index * step);
    return pressure.tone;
  });
}

describe('pressure of memory [G1]', () => {
  it('turns at 80 and 95 %', () => {
    expect(tones([0, 79.9, 80, 94.9, 95, 100])).toEqual([
      'neutral',
      'neutral',
      'warn',
      'warn',
      'danger',
      'danger',
    ]);
  });

  it('goes back 5 % lower than it came', () => {
    expect(tones([95, 94, 90, 89.9, 76, 75, 74.9, 79])).toEqual([
      'danger',
      'danger',
      'danger',
      'warn',
      'warn',
      'warn',
      'neutral',
      'neutral',
    ]);
    expect(tones([96, 10])).toEqual(['danger', 'neutral']);
  });

  it('changes once in 2 s at most, whatever comes', () => {
    expect(tones([70, 85, 70, 97], 500)).toEqual(['neutral', 'neutral', 'neutral', 'neutral']);
    const wild = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 10 : 99));
    const seen = tones(wild, 700);
    const changes = seen.flatMap((tone, index) =>
      index > 0 && tone !== seen[index - 1] ? [index * 700] : [],
    );
    expect(changes.length).toBeGreaterThan(10);
    for (const [index, at] of changes.entries())
      if (index > 0) expect(at - (changes[index - 1] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('is danger after an end for lack of memory, until that is answered', () => {
    const ended = nextPressure(null, reading(12, { hasRunOut: true }), 0);
    expect(ended.tone).toBe('danger');
    expect(nextPressure(ended, reading(12, { hasRunOut: true }), 60_000).tone).toBe('danger');
    expect(nextPressure(ended, reading(12), 60_000).tone).toBe('neutral');
  });

  it('begins anew on another instance, at once', () => {
    const full = nextPressure(null, reading(99), 0);
    expect(nextPressure(full, reading(20, { instance: 'i2' }), 100)).toEqual({
      instance: 'i2',
      tone: 'neutral',
      since: 100,
    });
  });

  it('needs a limit', () => {
    expect(nextPressure(null, reading(5, { limitBytes: 0 }), 0).tone).toBe('neutral');
  });
});
