import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { useRootElement } from '@/ui/use-root-element.ts';
import { AnsiText } from '../outputs/AnsiText.tsx';
import { terminalText } from '../outputs/ansi.ts';
import { useNotebook } from '../view/use-notebook.ts';
import type { AssistPopup as Popup } from './assist-store.ts';
import { withoutColors } from './read-signature.ts';
import './assist.css';

type AssistPopupProps = {
  cellId: CellId;
  /** Puts the keyboard back into the text. */
  onLeave: () => void;
};

/** What the kernel says, below the cursor. The keyboard stays in the text; Page Up and Page Down read on. */
export function AssistPopup({ cellId, onLeave }: AssistPopupProps) {
  const { session } = useNotebook();
  const popup = useStore(session.assist.store, (state) => state.popup);
  if (popup?.cellId !== cellId) return null;
  return <Box key={popup.text} popup={popup} onLeave={onLeave} onClose={() => session.assist.dismiss()} />;
}

type BoxProps = { popup: Popup; onClose: () => void; onLeave: () => void };

function Box({ popup, onClose, onLeave }: BoxProps) {
  const boxRef = useRef<HTMLDivElement>(null);
  const container = useRootElement();
  const { kind, text, caret } = popup;
  useLayoutEffect(() => {
    if (boxRef.current) place(boxRef.current, caret);
  }, [caret, text]);
  useCloseOutside(boxRef, onClose);
  useReadingKeys(boxRef, kind === 'help');

  const handleKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
    onLeave();
  };
  const first = withoutColors(text).split('\n').slice(0, 3).join('\n');
  return createPortal(
    <div className="at-assist-layer">
      <div className="at-visually-hidden" role="status">
        {first}
      </div>
      {kind === 'hint' ? (
        <div ref={boxRef} className="at-assist-popup" data-kind="hint" aria-hidden>
          {text}
        </div>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is reached by key
        <section
          ref={boxRef}
          className="at-assist-popup"
          data-kind="help"
          aria-label="Help"
          tabIndex={0}
          onKeyDown={handleKey}
        >
          <pre>
            <AnsiText text={terminalText(text)} />
          </pre>
        </section>
      )}
    </div>,
    container ?? document.body,
  );
}

type BoxRef = { readonly current: HTMLDivElement | null };

/** A click elsewhere, or scrolling the notebook away below, closes it. */
function useCloseOutside(box: BoxRef, close: () => void): void {
  const latest = useRef(close);
  useLayoutEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    const handle = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) latest.current();
    };
    window.addEventListener('pointerdown', handle, true);
    window.addEventListener('wheel', handle, { capture: true, passive: true });
    return () => {
      window.removeEventListener('pointerdown', handle, true);
      window.removeEventListener('wheel', handle, true);
    };
  }, [box]);
}

function useReadingKeys(box: BoxRef, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const handle = (event: globalThis.KeyboardEvent) => {
      const element = box.current;
      const by = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : 0;
      if (by === 0 || !element || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      element.scrollTop += by * element.clientHeight * 0.9;
    };
    window.addEventListener('keydown', handle, true);
    return () => window.removeEventListener('keydown', handle, true);
  }, [box, isOn]);
}

/** Below the cursor; above it where there is more room. */
function place(box: HTMLElement, { left, top, height }: Popup['caret']): void {
  const { width } = box.getBoundingClientRect();
  const below = window.innerHeight - top - height - 8;
  const isBelow = below >= Math.min(box.scrollHeight, 240) || below >= top - 8;
  box.style.maxHeight = `${Math.round(Math.max(80, Math.min(320, isBelow ? below : top - 8)))}px`;
  const own = box.getBoundingClientRect().height;
  box.style.left = `${Math.round(Math.max(4, Math.min(left, window.innerWidth - width - 4)))}px`;
  box.style.top = `${Math.round(isBelow ? top + height + 4 : Math.max(4, top - own - 4))}px`;
}
