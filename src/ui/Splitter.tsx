import type { KeyboardEvent, PointerEvent } from 'react';
import { classNames } from './class-names.ts';
import styles from './Splitter.module.css';

export type SplitterProps = {
  /** Accessible name: what it makes wider, "Width of Files". */
  label: string;
  /** `vertical` = a vertical line that is dragged sideways. */
  orientation?: 'vertical' | 'horizontal';
  value: number;
  min: number;
  max: number;
  /** -1 where dragging to the left or up makes it larger. */
  direction?: 1 | -1;
  onChange: (value: number) => void;
  /** Double click or Enter. */
  onReset?: () => void;
};

const step = 16;

/** A line that is dragged, or moved with the arrow keys, to size what stands before it. */
export function Splitter(props: SplitterProps) {
  const { label, orientation = 'vertical', value, min, max, direction = 1, onChange, onReset } = props;
  const isVertical = orientation === 'vertical';
  const set = (wanted: number) => onChange(Math.round(Math.min(max, Math.max(min, wanted))));

  const handlePointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const line = event.currentTarget;
    const start = isVertical ? event.clientX : event.clientY;
    line.setPointerCapture(event.pointerId);
    const move = (now: globalThis.PointerEvent) =>
      set(value + direction * ((isVertical ? now.clientX : now.clientY) - start));
    const end = () => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('pointerup', end);
      line.removeEventListener('pointercancel', end);
    };
    line.addEventListener('pointermove', move);
    line.addEventListener('pointerup', end);
    line.addEventListener('pointercancel', end);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const larger = isVertical ? 'ArrowRight' : 'ArrowDown';
    const smaller = isVertical ? 'ArrowLeft' : 'ArrowUp';
    const wanted = {
      [larger]: value + step * direction,
      [smaller]: value - step * direction,
      Home: min,
      End: max,
    }[event.key];
    if (wanted !== undefined) set(wanted);
    else if (event.key === 'Enter') onReset?.();
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      className={classNames(styles['splitter'], styles[orientation])}
      onPointerDown={handlePointerDown}
      onKeyDown={handleKeyDown}
      onDoubleClick={onReset}
    />
  );
}
