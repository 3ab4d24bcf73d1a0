import { useEffect, useState } from 'react';

/** The time (ms), told each second while something is under way, else each half minute. */
export function useSeconds(isFast: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), isFast ? 1000 : 30_000);
    return () => clearInterval(timer);
  }, [isFast]);
  return now;
}
