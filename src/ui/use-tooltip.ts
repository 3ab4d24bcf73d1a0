import { type PointerEvent, useEffect, useRef, useState } from 'react';

const openAfter = 500;

/** When a tooltip shows: 500 ms after the pointer came to rest, at once on keyboard focus; Escape and a press hide it. */
export function useTooltip() {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  const showLater = (event: PointerEvent) => {
    if (event.pointerType === 'touch') return;
    const element = event.currentTarget;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(element), openAfter);
  };
  const showOnFocus = (event: { currentTarget: Element }) => {
    if (event.currentTarget.matches(':focus-visible')) setAnchor(event.currentTarget);
  };

  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!anchor) return;
    const handleKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setAnchor(null);
    };
    window.addEventListener('keydown', handleKey, true);
    return () => window.removeEventListener('keydown', handleKey, true);
  }, [anchor]);

  return { anchor, hide, showLater, showOnFocus };
}
