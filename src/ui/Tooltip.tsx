import { type HTMLAttributes, type ReactElement, cloneElement, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './Kbd.tsx';
import { useRootElement } from './use-root-element.ts';
import { useTooltip } from './use-tooltip.ts';
import styles from './Tooltip.module.css';

export type TooltipSide = 'bottom' | 'top' | 'right';

export type TooltipProps = {
  /** A name or a short sentence; empty = no tooltip. */
  text: string;
  keys?: string | undefined;
  side?: TooltipSide;
  /** False where `text` is the accessible name already. */
  describes?: boolean;
  /** One element that passes unknown props on to the DOM. */
  children: ReactElement<HTMLAttributes<HTMLElement>>;
};

/** Nothing is mounted until it shows, so that hundreds of buttons cost nothing. */
export function Tooltip({ text, keys, side = 'bottom', describes = true, children }: TooltipProps) {
  const id = useId();
  const { anchor, hide, showLater, showOnFocus } = useTooltip();
  const own = children.props;
  if (!text) return children;
  const child = cloneElement(children, {
    ...(describes && anchor ? { 'aria-describedby': id } : {}),
    onPointerEnter: (event) => {
      own.onPointerEnter?.(event);
      showLater(event);
    },
    onPointerLeave: (event) => {
      own.onPointerLeave?.(event);
      hide();
    },
    onPointerDown: (event) => {
      hide();
      own.onPointerDown?.(event);
    },
    onFocus: (event) => {
      own.onFocus?.(event);
      showOnFocus(event);
    },
    onBlur: (event) => {
      own.onBlur?.(event);
      hide();
    },
  });
  return (
    <>
      {child}
      {anchor && <Bubble id={id} anchor={anchor} text={text} keys={keys} side={side} />}
    </>
  );
}

type BubbleProps = { id: string; anchor: Element; text: string; keys: string | undefined; side: TooltipSide };

function Bubble({ id, anchor, text, keys, side }: BubbleProps) {
  const container = useRootElement();
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (bubble.current) place(bubble.current, anchor.getBoundingClientRect(), side);
  }, [anchor, side, text]);
  return createPortal(
    <div ref={bubble} id={id} role="tooltip" className={styles['bubble']}>
      {text}
      {keys && <Kbd keys={keys} />}
    </div>,
    container ?? document.body,
  );
}

/** Beside the anchor, moved back into the window where it would stick out. */
function place(bubble: HTMLElement, anchor: DOMRect, side: TooltipSide): void {
  const { width, height } = bubble.getBoundingClientRect();
  const gap = 6;
  let left = side === 'right' ? anchor.right + gap : anchor.left + anchor.width / 2 - width / 2;
  let top = anchor.bottom + gap;
  if (side === 'right') top = anchor.top + anchor.height / 2 - height / 2;
  else if (side === 'top' || top + height > window.innerHeight) top = anchor.top - gap - height;
  left = Math.max(4, Math.min(left, window.innerWidth - width - 4));
  bubble.style.left = `${Math.round(left)}px`;
  bubble.style.top = `${Math.round(Math.max(4, top))}px`;
}
