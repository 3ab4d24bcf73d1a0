import { useEffect, useState } from 'react';
import {
  type MemoryPressure,
  type MemoryReading,
  type MemoryTone,
  nextPressure,
  PRESSURE_HOLD_MS,
} from './memory-pressure.ts';

/** The tone of a badge over the readings; a change that has to wait comes when its time has come. */
export function useMemoryPressure(reading: MemoryReading | null): MemoryTone {
  const [pressure, setPressure] = useState<MemoryPressure | null>(null);
  const { instance = null, usedBytes = 0, limitBytes = 0, hasRunOut = false } = reading ?? {};
  useEffect(() => {
    if (instance === null) return;
    const look = () =>
      setPressure((before) =>
        nextPressure(before, { instance, usedBytes, limitBytes, hasRunOut }, Date.now()),
      );
    look();
    const timer = setTimeout(look, PRESSURE_HOLD_MS);
    return () => clearTimeout(timer);
  }, [instance, usedBytes, limitBytes, hasRunOut]);
  return pressure !== null && pressure.instance === instance ? pressure.tone : 'neutral';
}
