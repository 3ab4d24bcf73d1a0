import { useEffect, useState } from 'react';

/** The time (ms), told each second while something is under way. */
export function useNow(isUnderWay: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isUnderWay]);
  return now;
}
