/**
 * Help with code in one editor: completion, the parameters of a call, what a name is. Monaco knows providers for a
 * language on the whole page; ours answer for the model of their own editor only, so that editors, notebooks and IDEs
 * on one page stay apart. Nothing is asked without a key for it (or an opening bracket): typing costs no request.
 */
import type * as monacoTypes from 'monaco-editor/editor';
import type { Monaco } from './load-monaco.ts';

/** Something that could stand in the text from `start` to `end`. */
export type Suggestion = { text: string; start: number; end: number; type: string; signature: string };

/** How a function is called. */
export type CallHelp = {
  label: string;
  /** The places of its parameters in the label. */
  parameters: readonly (readonly [start: number, end: number])[];
  active: number;
  documentation: string;
};

/** The text, a place in it, and where that is on the screen. */
export type Spot = { text: string; offset: number; caret: CaretBox };
export type CaretBox = { left: number; top: number; height: number };

/** Who answers. Promises of it do not reject. */
export type CodeAssist = {
  /** False: the keys do what they do in plain text. */
  isOn(): boolean;
  /** Null: there is nothing to show, and a person has been told why. */
  complete(spot: Spot, signal: AbortSignal): Promise<readonly Suggestion[] | null>;
  /** What is known of the name that ends at the offset. */
  describe(text: string, offset: number, signal: AbortSignal): Promise<string | null>;
  callHelp(text: string, offset: number, signal: AbortSignal): Promise<CallHelp | null>;
  /** Shows what stands at the cursor. */
  inspect(spot: Spot): void;
  /** The text or the place in it changed. */
  didMove(): void;
};

export type AttachedAssist = {
  readonly hasPopup: boolean;
  /** Closes what lies over the text; false where nothing does. */
  closePopup(): boolean;
  dispose(): void;
};

type Editor = monacoTypes.editor.IStandaloneCodeEditor;

/** The list is moved through by keys: documentation is asked for where one stays. */
const DESCRIBE_AFTER_MS = 120;
const MOST_HOVER_LINES = 40;
const POPUPS = '.suggest-widget.visible, .parameter-hints-widget.visible';

/** Gives an editor the keys and the popups. */
export function attachAssist(monaco: Monaco, editor: Editor, assist: CodeAssist): AttachedAssist {
  return new EditorAssist(monaco, editor, assist);
}

class EditorAssist implements AttachedAssist {
  readonly #monaco: Monaco;
  readonly #editor: Editor;
  readonly #model: monacoTypes.editor.ITextModel;
  readonly #assist: CodeAssist;
  readonly #owned: { dispose(): void }[] = [];
  #asking = new AbortController();
  /** Suggestions that are there already, for the text as it was then. */
  #ready: { version: number; found: readonly Suggestion[] } | null = null;

  constructor(monaco: Monaco, editor: Editor, assist: CodeAssist) {
    const model = editor.getModel();
    if (!model) throw new Error('The editor has no text');
    this.#monaco = monaco;
    this.#editor = editor;
    this.#model = model;
    this.#assist = assist;
    this.#owned.push(
      ...this.#keys(),
      editor.onDidChangeCursorPosition(() => {
        this.#asking.abort();
        assist.didMove();
      }),
      monaco.languages.registerCompletionItemProvider('*', {
        provideCompletionItems: (of, position, _context, token) => this.#provide(of, position, token),
        resolveCompletionItem: (item, token) => this.#describe(item, token),
      }),
      monaco.languages.registerSignatureHelpProvider('*', {
        signatureHelpTriggerCharacters: ['(', ','],
        signatureHelpRetriggerCharacters: [')'],
        provideSignatureHelp: (of, position, token) => this.#callHelp(of, position, token),
      }),
      monaco.languages.registerHoverProvider('*', {
        provideHover: (of, position, token) => this.#hover(of, position, token),
      }),
    );
  }

  get hasPopup(): boolean {
    return this.#editor.getDomNode()?.querySelector(POPUPS) != null;
  }

  closePopup(): boolean {
    this.#asking.abort();
    if (!this.hasPopup) return false;
    this.#editor.trigger('assist', 'hideSuggestWidget', {});
    this.#editor.trigger('assist', 'closeParameterHints', {});
    return true;
  }

  dispose(): void {
    this.#asking.abort();
    for (const one of this.#owned.splice(0)) one.dispose();
  }

  #keys(): { dispose(): void }[] {
    const { KeyCode, KeyMod } = this.#monaco;
    const free = '!suggestWidgetVisible && !editorReadonly';
    const tab = `${free} && !editorTabMovesFocus && !editorHasSelection && !inSnippetMode`;
    const add = (action: monacoTypes.editor.IActionDescriptor) => this.#editor.addAction(action);
    return [
      add({
        id: 'atelier.completeOrIndent',
        label: 'Complete or indent',
        keybindings: [KeyCode.Tab],
        keybindingContext: tab,
        run: () => {
          if (this.#isAfterCode()) void this.#suggest();
          else this.#editor.trigger('keyboard', 'tab', null);
        },
      }),
      add({
        id: 'atelier.inspectOrOutdent',
        label: 'Show help or outdent',
        keybindings: [KeyMod.Shift | KeyCode.Tab],
        keybindingContext: tab,
        run: () => {
          const spot = this.#isInIndent() ? null : this.#spot();
          if (spot) {
            // One box at a time: the help holds the signature too.
            this.closePopup();
            this.#assist.inspect(spot);
          } else this.#editor.trigger('keyboard', 'outdent', null);
        },
      }),
      add({
        id: 'atelier.complete',
        label: 'Complete',
        keybindings: [KeyMod.CtrlCmd | KeyCode.Space, KeyMod.WinCtrl | KeyCode.Space],
        keybindingContext: free,
        run: () => void this.#suggest(),
      }),
    ];
  }

  #before(): string {
    const position = this.#editor.getPosition();
    if (!position) return '';
    return this.#model.getLineContent(position.lineNumber).slice(0, position.column - 1);
  }

  #isAfterCode(): boolean {
    const isOne = this.#editor.getSelections()?.length === 1;
    return this.#assist.isOn() && isOne && /\S$/.test(this.#before());
  }

  #isInIndent(): boolean {
    return !this.#assist.isOn() || this.#before().trim() === '';
  }

  #spot(): Spot | null {
    const position = this.#editor.getPosition();
    const box = position && this.#editor.getScrolledVisiblePosition(position);
    const around = this.#editor.getDomNode()?.getBoundingClientRect();
    if (!position || !box || !around) return null;
    return {
      text: this.#model.getValue(),
      offset: this.#model.getOffsetAt(position),
      caret: { left: around.left + box.left, top: around.top + box.top, height: box.height },
    };
  }

  /** Asks first and opens the list with the answer; one that comes after the cursor has moved on is dropped. */
  async #suggest(): Promise<void> {
    const spot = this.#assist.isOn() ? this.#spot() : null;
    if (!spot) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const version = this.#model.getVersionId();
    const found = await this.#assist.complete(spot, signal);
    if (!found || signal.aborted || this.#model.isDisposed() || this.#model.getVersionId() !== version)
      return;
    this.#ready = { version, found };
    this.#editor.trigger('assist', 'editor.action.triggerSuggest', {});
  }

  async #provide(
    of: monacoTypes.editor.ITextModel,
    position: monacoTypes.Position,
    token: monacoTypes.CancellationToken,
  ): Promise<monacoTypes.languages.CompletionList | null> {
    if (of !== this.#model || !this.#assist.isOn()) return null;
    const ready = this.#ready;
    this.#ready = null;
    if (ready?.version === of.getVersionId()) return { suggestions: this.#items(ready.found, position) };
    const spot = this.#spot();
    const found = spot && (await this.#assist.complete(spot, signalOf(token)));
    return found && !of.isDisposed() ? { suggestions: this.#items(found, position) } : null;
  }

  #items(found: readonly Suggestion[], position: monacoTypes.Position): Item[] {
    const { Range, languages } = this.#monaco;
    const at = this.#model.getOffsetAt(position);
    return found.flatMap(({ text, start, end, type, signature }, index) => {
      const from = this.#model.getPositionAt(start);
      // The list can only replace text around the cursor, in its line.
      if (start > at || from.lineNumber !== position.lineNumber) return [];
      const to = this.#model.getPositionAt(Math.max(at, end));
      const insert = Range.fromPositions(from, position);
      return {
        label: text,
        insertText: text,
        filterText: text,
        kind: languages.CompletionItemKind[KINDS[type] ?? 'Value'],
        ...(type === '' ? {} : { detail: `${type}${signature}` }),
        // As the kernel has ordered them.
        sortText: String(index).padStart(6, '0'),
        range: {
          insert,
          replace: to.lineNumber === position.lineNumber ? Range.fromPositions(from, to) : insert,
        },
      };
    });
  }

  async #describe(item: Item, token: monacoTypes.CancellationToken): Promise<Item> {
    const range = 'insert' in item.range ? item.range.insert : item.range;
    if (this.#model.isDisposed() || !(await stays(token))) return item;
    const start = this.#model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn });
    const text = this.#model.getValue().slice(0, start) + item.insertText;
    const told = await this.#assist.describe(text, text.length, signalOf(token));
    return told === null ? item : { ...item, documentation: { value: asCode(told) } };
  }

  /** What the name under the mouse is; Monaco waits until the mouse rests. */
  async #hover(
    of: monacoTypes.editor.ITextModel,
    position: monacoTypes.Position,
    token: monacoTypes.CancellationToken,
  ): Promise<monacoTypes.languages.Hover | null> {
    if (of !== this.#model || !this.#assist.isOn()) return null;
    const word = of.getWordAtPosition(position);
    if (!word || !/^[^\W\d]/u.test(word.word) || this.#isText(position)) return null;
    const { lineNumber } = position;
    const end = { lineNumber, column: word.endColumn };
    const told = await this.#assist.describe(of.getValue(), of.getOffsetAt(end), signalOf(token));
    if (told === null || told.trim() === '' || token.isCancellationRequested) return null;
    return {
      contents: [{ value: asCode(shortened(told)) }],
      range: {
        startLineNumber: lineNumber,
        startColumn: word.startColumn,
        endLineNumber: lineNumber,
        endColumn: word.endColumn,
      },
    };
  }

  /** In a string or a comment a word is no name. */
  #isText({ lineNumber, column }: monacoTypes.Position): boolean {
    const tokens = this.#monaco.editor.tokenize(this.#model.getValue(), this.#model.getLanguageId());
    const before = tokens[lineNumber - 1]?.filter(({ offset }) => offset < column) ?? [];
    return /^(?:comment|string)/.test(before.at(-1)?.type ?? '');
  }

  async #callHelp(
    of: monacoTypes.editor.ITextModel,
    position: monacoTypes.Position,
    token: monacoTypes.CancellationToken,
  ): Promise<monacoTypes.languages.SignatureHelpResult | null> {
    if (of !== this.#model || !this.#assist.isOn()) return null;
    const help = await this.#assist.callHelp(of.getValue(), of.getOffsetAt(position), signalOf(token));
    if (!help || token.isCancellationRequested) return null;
    const { label, active, documentation } = help;
    const parameters = help.parameters.map(([start, end]) => ({ label: [start, end] as [number, number] }));
    const signature = { label, parameters, documentation: { value: asCode(documentation) } };
    return {
      value: { signatures: [signature], activeSignature: 0, activeParameter: active },
      dispose: () => undefined,
    };
  }
}

type Item = monacoTypes.languages.CompletionItem;

const KINDS: Readonly<Record<string, keyof typeof monacoTypes.languages.CompletionItemKind>> = {
  function: 'Function',
  method: 'Method',
  class: 'Class',
  module: 'Module',
  instance: 'Variable',
  statement: 'Variable',
  param: 'Variable',
  property: 'Property',
  keyword: 'Keyword',
  path: 'File',
  magic: 'Operator',
};

/** A box at the mouse is for a glance; all of it is in the help. */
function shortened(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.length > MOST_HOVER_LINES
    ? `${lines.slice(0, MOST_HOVER_LINES).join('\n')}\n…`
    : lines.join('\n');
}

/** Text as it is, whatever marks it holds. */
function asCode(text: string): string {
  if (text === '') return '';
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}plaintext\n${text}\n${fence}`;
}

function signalOf(token: monacoTypes.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** False when the question is taken back within a moment. */
function stays(token: monacoTypes.CancellationToken): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(!token.isCancellationRequested), DESCRIBE_AFTER_MS);
    token.onCancellationRequested(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
