import { type RefObject, useLayoutEffect, useState } from 'react';

/** Whether an element is at least this wide; follows its size. */
export function useIsWide(element: RefObject<HTMLElement | null>, least: number): boolean {
  const [isWide, setIsWide] = useState(false);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const look = () => setIsWide(target.getBoundingClientRect().width >= least);
    const observer = new ResizeObserver(look);
    observer.observe(target);
    look();
    return () => observer.disconnect();
  }, [element, least]);
  return isWide;
}
