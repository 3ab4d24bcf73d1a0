import { useEffect, useState } from 'react';
import { PASSING_MS } from '@/base/passing.ts';

/**
 * What passes at once is not shown: while `isPassing`, the value before it stays for 60 ms. Drawing a state that is gone
 * a moment later only flickers, and takes the processor from what is being waited for.
 *
 * @param value what is true now; only its identity is compared
 * @param isPassing that it may be over in a moment, such as "busy"
 */
export function useSteady<T>(value: T, isPassing: boolean): T {
  const [settled, setSettled] = useState(value);
  const [isDue, setIsDue] = useState(false);
  useEffect(() => {
    if (!isPassing) return;
    const timer = setTimeout(() => setIsDue(true), PASSING_MS);
    return () => {
      clearTimeout(timer);
      setIsDue(false);
    };
  }, [isPassing]);
  if (!isPassing && settled !== value) setSettled(value);
  return isPassing && !isDue ? settled : value;
}
