import type * as monacoTypes from 'monaco-editor/editor';
import { attachAssist, type AttachedAssist, type CodeAssist } from './code-assist.ts';
import type { Monaco } from './load-monaco.ts';
import { languageNamed } from './languages.ts';
import { VimKeys, type VimMode } from './vim-keys.ts';
import { minimalEdit } from './minimal-edit.ts';

export type CursorPlace = { line: number; column: number };

/** What the owner of an editor can do with it. */
export type MonacoHandle = {
  focus(): void;
  hasFocus(): boolean;
  /** `end` = behind the last character. */
  placeCursor(place: CursorPlace | 'start' | 'end'): void;
  /** Selects from one offset to another. */
  select(start: number, end: number): void;
  cursor(): CursorPlace;
  lineCount(): number;
  isAtEnd(): boolean;
  /** Puts text at the cursor, as if typed. */
  insert(text: string): void;
  /** Suggestions or the like lie over the text and have the keys. */
  hasPopup(): boolean;
  /** Closes them; false where there are none. */
  closePopup(): boolean;
  /** The mode where the keys are Vim's, and whether a motion would be one; null where they are not. */
  vim(): { mode: VimMode; isResting: boolean } | null;
  /** Marks places of the text that a search has found, instead of those marked before. */
  markHits(hits: readonly HitMark[]): void;
};

export type HitMark = { start: number; end: number; isCurrent: boolean };

export type EditorEvents = {
  onChange(value: string): void;
  onCursor(place: CursorPlace): void;
  onFocus(): void;
  onBlur(): void;
  /** True keeps the key from the editor. */
  onKeyDown(event: KeyboardEvent): boolean;
  onVimMode(mode: VimMode | null): void;
  /** Vim's `:w`. */
  onSave(): void;
};

export type EditorShape = {
  language: string;
  ariaLabel: string;
  readOnly: boolean;
  /** The box grows with the text and never scrolls up and down itself. */
  autoHeight: boolean;
  wordWrap: boolean;
  lineNumbers: boolean;
  closeBrackets: boolean;
  /** The size that the element has now: another one has the font read again. */
  fontSize: number;
  keyMap: 'default' | 'vim';
};

export type MonacoInstance = {
  readonly handle: MonacoHandle;
  setValue(value: string): void;
  setShape(shape: EditorShape): void;
  dispose(): void;
};

/** Makes one editor with one model in the element; `dispose` ends both. */
export function createEditor(
  monaco: Monaco,
  element: HTMLElement,
  {
    value,
    shape,
    events,
    assist,
  }: { value: string; shape: EditorShape; events: EditorEvents; assist?: CodeAssist | undefined },
): MonacoInstance {
  const model = monaco.editor.createModel(value, languageNamed(shape.language));
  const editor = monaco.editor.create(element, {
    model,
    ...optionsOf(shape),
    ...fontOf(element),
  });
  const helper = assist ? attachAssist(monaco, editor, assist) : null;
  const ends: { dispose(): void }[] = helper ? [editor, model, helper] : [editor, model];
  const vim = new VimKeys(editor, element, events);
  ends.push(vim);
  let known = value;
  let isApplying = false;
  let wasOutside = false;
  let isAutoHeight = shape.autoHeight;

  const layout = () => {
    // Hidden for now: it is laid out when it is shown again.
    if (element.clientWidth === 0) return;
    if (isAutoHeight) element.style.height = `${editor.getContentHeight()}px`;
    editor.layout({ width: element.clientWidth, height: element.clientHeight });
  };
  ends.push(
    editor.onDidContentSizeChange(layout),
    model.onDidChangeContent(() => {
      if (isApplying) return;
      wasOutside = false;
      known = model.getValue();
      events.onChange(known);
    }),
    editor.onDidChangeCursorPosition(({ position }) =>
      events.onCursor({ line: position.lineNumber, column: position.column }),
    ),
    editor.onDidFocusEditorText(() => events.onFocus()),
    editor.onDidBlurEditorWidget(() => events.onBlur()),
    editor.onKeyDown((event) => {
      const isEarly = vim.isLoading && event.browserEvent.key.length === 1;
      if (!isEarly && !events.onKeyDown(event.browserEvent)) return;
      event.preventDefault();
      event.stopPropagation();
    }),
  );
  const handle = handleOf(monaco, editor, model);
  void vim.set(shape.keyMap === 'vim');
  const observer = new ResizeObserver(layout);
  observer.observe(element);
  layout();

  return {
    handle: { ...handle, ...clipping(handle, vim), ...popupsOf({ editor, helper, vim }) },
    setValue(next) {
      // Compared with what was last told, not with the model: it may have made line ends uniform.
      if (next === known) return;
      known = next;
      // What came in is no part of what was typed: taking back one leaves the other.
      if (!wasOutside) editor.pushUndoStop();
      wasOutside = true;
      isApplying = true;
      replaceText(monaco, editor, model, next);
      isApplying = false;
    },
    setShape(next) {
      isAutoHeight = next.autoHeight;
      editor.updateOptions({ ...optionsOf(next), ...fontOf(element) });
      void vim.set(next.keyMap === 'vim');
      const language = languageNamed(next.language);
      if (model.getLanguageId() !== language) monaco.editor.setModelLanguage(model, language);
      layout();
    },
    dispose() {
      observer.disconnect();
      for (const end of ends.toReversed()) end.dispose();
    },
  };
}

// oxlint-disable-next-line max-params -- the library, its two objects, and the text
function replaceText(
  monaco: Monaco,
  editor: monacoTypes.editor.IStandaloneCodeEditor,
  model: monacoTypes.editor.ITextModel,
  next: string,
): void {
  const { start, end, text } = minimalEdit(model.getValue(), next);
  const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
  const wasReadOnly = editor.getOption(monaco.editor.EditorOption.readOnly);
  if (wasReadOnly) model.pushEditOperations([], [{ range, text }], () => null);
  else editor.executeEdits('outside', [{ range, text, forceMoveMarkers: true }]);
}

function handleOf(
  monaco: Monaco,
  editor: monacoTypes.editor.IStandaloneCodeEditor,
  model: monacoTypes.editor.ITextModel,
): Omit<MonacoHandle, keyof ReturnType<typeof popupsOf>> {
  const marks = editor.createDecorationsCollection();
  return {
    focus: () => editor.focus(),
    hasFocus: () => editor.hasTextFocus(),
    placeCursor(place) {
      const position =
        place === 'start'
          ? { lineNumber: 1, column: 1 }
          : place === 'end'
            ? model.getFullModelRange().getEndPosition()
            : { lineNumber: place.line, column: place.column };
      editor.setPosition(position);
      editor.revealPosition(position);
    },
    select(start, end) {
      const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
      editor.setSelection(range);
    },
    cursor() {
      const position = editor.getPosition();
      return { line: position?.lineNumber ?? 1, column: position?.column ?? 1 };
    },
    lineCount: () => model.getLineCount(),
    isAtEnd() {
      const position = editor.getPosition();
      return position !== null && position.equals(model.getFullModelRange().getEndPosition());
    },
    insert(text) {
      const range = editor.getSelection() ?? new monaco.Range(1, 1, 1, 1);
      editor.executeEdits('insert', [{ range, text, forceMoveMarkers: true }]);
      editor.pushUndoStop();
    },
    markHits(hits) {
      const made = hits.map(({ start, end, isCurrent }) => ({
        range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)),
        options: { inlineClassName: isCurrent ? 'at-find-editor-current' : 'at-find-editor-hit' },
      }));
      if (made.length > 0 || marks.length > 0) marks.set(made);
    },
  };
}

function keepOneCursor(editor: monacoTypes.editor.IStandaloneCodeEditor): boolean {
  if ((editor.getSelections()?.length ?? 1) < 2) return false;
  editor.trigger('keyboard', 'removeSecondaryCursors', null);
  return true;
}

/** Where Vim has the cursor on a character, it is put on one. */
function clipping({ placeCursor, select }: Pick<MonacoHandle, 'placeCursor' | 'select'>, vim: VimKeys) {
  return {
    placeCursor(place: CursorPlace | 'start' | 'end') {
      placeCursor(place);
      vim.clip();
    },
    select(start: number, end: number) {
      select(start, end);
      vim.clip();
    },
  };
}

type Layers = {
  editor: monacoTypes.editor.IStandaloneCodeEditor;
  helper: AttachedAssist | null;
  vim: VimKeys;
};

function popupsOf({ editor, helper, vim }: Layers) {
  return {
    hasPopup: () => helper?.hasPopup ?? false,
    // What lies over the text goes first, then the mode, then all cursors but one.
    closePopup: () => (helper?.closePopup() ?? false) || vim.escape() || keepOneCursor(editor),
    vim: () => (vim.mode === null ? null : { mode: vim.mode, isResting: vim.isResting }),
  };
}

/** Monaco draws in the font of the element around it. */
function fontOf(element: HTMLElement): monacoTypes.editor.IEditorOptions {
  const { fontFamily, fontSize, lineHeight } = getComputedStyle(element);
  return {
    fontFamily,
    fontSize: Number.parseFloat(fontSize) || 13,
    lineHeight: Number.parseFloat(lineHeight) || 20,
  };
}

function optionsOf(shape: EditorShape): monacoTypes.editor.IStandaloneEditorConstructionOptions {
  return {
    ariaLabel: shape.ariaLabel,
    readOnly: shape.readOnly,
    wordWrap: shape.wordWrap ? 'on' : 'off',
    lineNumbers: shape.lineNumbers ? 'on' : 'off',
    lineNumbersMinChars: shape.lineNumbers ? (shape.autoHeight ? 3 : 4) : 0,
    lineDecorationsWidth: shape.lineNumbers ? 12 : 0,
    glyphMargin: false,
    folding: shape.lineNumbers && !shape.autoHeight,
    autoClosingBrackets: shape.closeBrackets ? 'languageDefined' : 'never',
    autoClosingQuotes: shape.closeBrackets ? 'languageDefined' : 'never',
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    scrollBeyondLastColumn: 2,
    renderLineHighlight: 'none',
    overviewRulerLanes: 0,
    hideCursorInOverviewRuler: true,
    overviewRulerBorder: false,
    scrollbar: shape.autoHeight
      ? {
          vertical: 'hidden',
          verticalScrollbarSize: 0,
          horizontalScrollbarSize: 6,
          handleMouseWheel: true,
          alwaysConsumeMouseWheel: false,
        }
      : { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 12, horizontalScrollbarSize: 12 },
    fontLigatures: false,
    fixedOverflowWidgets: true,
    contextmenu: false,
    // A text area is what screen readers, input methods and test tools know best.
    editContext: false,
    accessibilitySupport: 'auto',
    tabSize: 4,
    insertSpaces: true,
    detectIndentation: !shape.autoHeight,
    automaticLayout: false,
    quickSuggestions: false,
    suggestOnTriggerCharacters: false,
    wordBasedSuggestions: 'off',
    hover: { enabled: 'on', delay: 500, sticky: true },
    parameterHints: { enabled: true, cycle: false },
    occurrencesHighlight: 'singleFile',
    guides: { indentation: false },
    bracketPairColorization: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
    stickyScroll: { enabled: false },
    padding: shape.autoHeight ? { top: 0, bottom: 0 } : { top: 8, bottom: 8 },
    smoothScrolling: false,
    cursorSurroundingLines: 0,
    dropIntoEditor: { enabled: false },
  };
}
