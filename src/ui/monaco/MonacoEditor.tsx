import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import {
  createEditor,
  type CursorPlace,
  type EditorEvents,
  type EditorShape,
  type MonacoHandle,
  type MonacoInstance,
} from './create-editor.ts';
import type { CodeAssist } from './code-assist.ts';
import { loadMonaco, type Monaco } from './load-monaco.ts';
import type { VimMode } from './vim-keys.ts';
import { applyTheme } from './theme.ts';
import './monaco.css';

export type MonacoEditorProps = {
  /** The text; a change from outside is put in as the smallest edit, so the cursor stays. */
  value: string;
  /** A name as notebooks, kernels or files have it: `python`, `ipython3`, `md`. */
  language: string;
  /** The accessible name of the text box. */
  ariaLabel: string;
  onChange?(value: string): void;
  onCursor?(place: CursorPlace): void;
  onFocus?(): void;
  onBlur?(): void;
  onVimMode?(mode: VimMode | null): void;
  onSave?(): void;
  /** Asked first for every key; true keeps it from the editor. */
  onKeyDown?(event: KeyboardEvent): boolean;
  /** The editor is there, or (null) goes away. */
  onReady?(handle: MonacoHandle | null): void;
  /** Who helps with code, for the life of the editor. */
  assist?: CodeAssist;
  readOnly?: boolean;
  autoHeight?: boolean;
  wordWrap?: boolean;
  lineNumbers?: boolean;
  closeBrackets?: boolean;
  /** Size of the font around; the editor reads it again when this changes. */
  fontSize?: number;
  keyMap?: 'default' | 'vim';
  /** The product's theme; when it changes, the editor's colours are read again. */
  theme: string;
  /** Shown until Monaco is loaded; best of the same size. */
  placeholder?: ReactNode;
  className?: string;
};

/** One Monaco editor over one text. Font and line height are those of the element around it. */
export function MonacoEditor(props: MonacoEditorProps) {
  const { value, theme, className, placeholder } = props;
  const shape = shapeOf(props);
  const monaco = useMonaco();
  const hostRef = useRef<HTMLDivElement>(null);
  const instanceRef = useRef<MonacoInstance | null>(null);
  const latest = useRef({ props, shape });
  const [isReady, setIsReady] = useState(false);

  useLayoutEffect(() => {
    latest.current = { props, shape };
  });

  useLayoutEffect(() => {
    const host = hostRef.current;
    if (!monaco || !host) return;
    applyTheme(monaco, host);
    const instance = createEditor(monaco, host, {
      value: latest.current.props.value,
      shape: latest.current.shape,
      events: eventsOf(() => latest.current.props),
      assist: latest.current.props.assist,
    });
    instanceRef.current = instance;
    setIsReady(true);
    latest.current.props.onReady?.(instance.handle);
    return () => {
      instanceRef.current = null;
      latest.current.props.onReady?.(null);
      instance.dispose();
    };
  }, [monaco]);

  useLayoutEffect(() => instanceRef.current?.setValue(value), [value]);
  // The shape is made of plain values: its text says whether one changed.
  const shapeText = JSON.stringify(shape);
  useLayoutEffect(() => {
    instanceRef.current?.setShape(JSON.parse(shapeText) as EditorShape);
  }, [shapeText]);
  useEffect(() => {
    if (monaco && hostRef.current) applyTheme(monaco, hostRef.current);
  }, [monaco, theme]);

  return (
    <div className={`at-monaco ${className ?? ''}`} data-auto-height={shape.autoHeight || undefined}>
      {isReady ? null : placeholder}
      <div ref={hostRef} className="at-monaco-host" hidden={!monaco} />
    </div>
  );
}

function shapeOf(props: MonacoEditorProps): EditorShape {
  const { language, ariaLabel, readOnly = false } = props;
  const { autoHeight = false, wordWrap = false, lineNumbers = false } = props;
  const { closeBrackets = true, fontSize = 13, keyMap = 'default' } = props;
  return {
    language,
    ariaLabel,
    readOnly,
    autoHeight,
    wordWrap,
    lineNumbers,
    closeBrackets,
    fontSize,
    keyMap,
  };
}

function eventsOf(props: () => MonacoEditorProps): EditorEvents {
  return {
    onChange: (text) => props().onChange?.(text),
    onCursor: (place) => props().onCursor?.(place),
    onFocus: () => props().onFocus?.(),
    onBlur: () => props().onBlur?.(),
    onVimMode: (mode) => props().onVimMode?.(mode),
    onSave: () => props().onSave?.(),
    onKeyDown: (event) => props().onKeyDown?.(event) ?? false,
  };
}

function useMonaco(): Monaco | null {
  const [monaco, setMonaco] = useState<Monaco | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    const load = async () => {
      const loaded = await loadMonaco(gone.signal);
      if (loaded && !gone.signal.aborted) setMonaco(() => loaded);
    };
    void load();
    return () => gone.abort();
  }, []);
  return monaco;
}
