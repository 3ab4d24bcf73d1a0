import { useEffect, useRef, useState } from 'react';
import { useStore } from '@/services/use-store.ts';
import type { MonacoHandle } from '@/ui/monaco/create-editor.ts';
import { MonacoEditor } from '@/ui/monaco/MonacoEditor.tsx';
import { AssistPopup } from '../assist/AssistPopup.tsx';
import { useCellAssist } from '../assist/use-cell-assist.ts';
import { PlainEditor } from '../cells/PlainEditor.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { INPUT } from './console-address.ts';
import type { ConsoleSession } from './console-session.ts';
import { InputHistory } from './input-history.ts';

/** Where code is written: Shift+Enter runs it, the arrows at its edges go through what was run. */
export function ConsoleInput({ session, isActive }: { session: ConsoleSession; isActive: boolean }) {
  const { services } = useNotebook();
  const theme = useStore(services.theme.store, (state) => state.theme);
  const language = useNotebookState((state) => state.language);
  const value = useNotebookState((state) => state.cells[INPUT]?.source ?? '');
  const [handle, setHandle] = useState<MonacoHandle | null>(null);
  const assist = useCellAssist(INPUT, handle, true);
  const history = useRef<InputHistory | null>(null);

  useEffect(() => {
    if (isActive) handle?.focus();
  }, [handle, isActive]);

  const handleKey = (event: KeyboardEvent): boolean => {
    // While an input method composes, its keys are its own.
    if (event.isComposing) return false;
    if (isRunKey(event)) {
      session.assist.dismiss();
      void session.runInput();
      return true;
    }
    const by = stepOf(event);
    if (by === null || !handle || handle.hasPopup()) return false;
    const isAtEdge = handle.cursor().line === (by < 0 ? 1 : handle.lineCount());
    return isAtEdge && go(by, handle);
  };

  const go = (by: 1 | -1, editor: MonacoHandle): boolean => {
    // Somebody who changed the text of the history has a new draft.
    if (history.current?.text !== session.input)
      history.current = new InputHistory(session.sources(), session.input);
    const text = history.current.go(by);
    if (text === null) return false;
    session.setInput(text);
    // The editor gets the text with the next drawing; the cursor goes to the edge from which one goes on.
    requestAnimationFrame(() => {
      const [first = ''] = text.split('\n', 1);
      editor.placeCursor(by < 0 ? { line: 1, column: first.length + 1 } : 'end');
    });
    return true;
  };

  return (
    <div className="at-console-input">
      <div className="at-cell-gutter" aria-hidden>
        <span className="at-cell-count">[ ]</span>
      </div>
      <div className="at-cell-source" data-part="source">
        {handle ? null : (
          <PlainEditor
            label="Console input"
            isReadOnly={false}
            value={value}
            takePlace={() => null}
            onChange={(text) => session.setInput(text)}
            onSelect={() => undefined}
          />
        )}
        <div hidden={!handle}>
          <MonacoEditor
            value={value}
            language={language}
            ariaLabel="Console input"
            theme={theme}
            autoHeight
            wordWrap={false}
            assist={assist}
            onChange={(text) => session.setInput(text)}
            onKeyDown={handleKey}
            onReady={setHandle}
          />
        </div>
        <AssistPopup cellId={INPUT} onLeave={() => handle?.focus()} />
      </div>
    </div>
  );
}

function isRunKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return key === 'Enter' && (shiftKey || ctrlKey || metaKey) && !altKey;
}

/** The arrows alone go through the history. */
function stepOf({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): 1 | -1 | null {
  if (shiftKey || ctrlKey || metaKey || altKey) return null;
  return key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : null;
}
