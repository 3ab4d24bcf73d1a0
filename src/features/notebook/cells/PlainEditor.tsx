import {
  type KeyboardEvent as ReactKeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import type { CursorPlace } from '@/ui/monaco/create-editor.ts';

const INDENT = '    ';

type PlainEditorProps = {
  label: string;
  value: string;
  isReadOnly: boolean;
  /** Where it was clicked, asked once. */
  takePlace: () => CursorPlace | null;
  onChange: (value: string) => void;
  /** Which text is selected, for the editor that takes over. */
  onSelect: (start: number, end: number) => void;
  /** The field itself, which knows best where its cursor is. */
  fieldRef?: RefObject<HTMLTextAreaElement | null>;
};

/** Takes the keyboard at once while the editor is still being loaded, so that nothing typed is lost. */
export function PlainEditor(props: PlainEditorProps) {
  const { label, value, isReadOnly, takePlace, onChange, onSelect } = props;
  const own = useRef<HTMLTextAreaElement>(null);
  const fieldRef = props.fieldRef ?? own;
  const known = useRef(value);
  const tell = useRef(onSelect);
  useEffect(() => {
    tell.current = onSelect;
  });
  const start = useRef({ takePlace, value });
  useEffect(() => {
    const field = fieldRef.current;
    if (!field) return;
    const { value: text } = start.current;
    const at = start.current.takePlace();
    const lines = text.split('\n').slice(0, at ? at.line - 1 : 0);
    const offset = at ? lines.reduce((sum, line) => sum + line.length + 1, 0) + at.column - 1 : text.length;
    field.focus({ preventScroll: true });
    field.setSelectionRange(offset, offset);
  }, [fieldRef]);
  useLayoutEffect(() => {
    const field = fieldRef.current;
    // The event of a selection comes after that of the text: the editor that takes over must not begin before what was
    // typed last.
    return () => {
      if (field) tell.current(field.selectionStart, field.selectionEnd);
    };
  }, [fieldRef]);
  useEffect(() => {
    if (value === known.current) return;
    known.current = value;
    // The text was changed from outside, by a split: what the browser makes of the cursor is its end.
    fieldRef.current?.setSelectionRange(0, 0);
    tell.current(0, 0);
  }, [value, fieldRef]);
  const handleTab = (event: ReactKeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Tab' || event.ctrlKey || event.altKey || event.metaKey) return;
    // In the editor that comes it indents or completes; the keyboard must not leave before.
    event.preventDefault();
    const field = event.currentTarget;
    const before = field.value.slice(
      field.value.lastIndexOf('\n', field.selectionStart - 1) + 1,
      field.selectionStart,
    );
    if (event.shiftKey || isReadOnly || before.trim() !== '') return;
    field.setRangeText(INDENT, field.selectionStart, field.selectionEnd, 'end');
    known.current = field.value;
    onChange(field.value);
    onSelect(field.selectionStart, field.selectionEnd);
  };
  return (
    <textarea
      ref={fieldRef}
      className="at-source-text at-plain-editor"
      aria-label={label}
      value={value}
      readOnly={isReadOnly}
      rows={value.split('\n').length}
      spellCheck={false}
      onKeyDown={handleTab}
      onChange={(event) => {
        known.current = event.target.value;
        onChange(event.target.value);
      }}
      onSelect={({ currentTarget }) => onSelect(currentTarget.selectionStart, currentTarget.selectionEnd)}
    />
  );
}
