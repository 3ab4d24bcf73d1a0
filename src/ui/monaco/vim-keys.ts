/**
 * Vim keys in one editor, loaded when somebody wants them. Each editor has its own mode; registers and the last search
 * are shared by all, as between the buffers of Vim. The line of `:` and `/` stands below the text while it is used.
 */
import type { VimAdapterInstance } from 'monaco-vim';
import type * as monacoTypes from 'monaco-editor/editor';

export type VimMode = 'normal' | 'insert' | 'visual' | 'replace';

/** What the owner of the editor is told. */
export type VimEvents = {
  /** Null: the keys are the editor's own again. */
  onVimMode(mode: VimMode | null): void;
  /** `:w` */
  onSave(): void;
};

/** The library tells of its state in parts that it has no types for. */
type Adapter = VimAdapterInstance & {
  save?: () => void;
  state: { vim?: { inputState?: { keyBuffer?: readonly string[] | string; operator?: string } } };
};
type VimLibrary = { Vim: { handleKey(adapter: Adapter, key: string, origin: string): unknown } };

export class VimKeys {
  readonly #editor: monacoTypes.editor.IStandaloneCodeEditor;
  readonly #line = document.createElement('div');
  readonly #events: VimEvents;
  #adapter: Adapter | null = null;
  #library: VimLibrary | null = null;
  #mode: VimMode | null = null;
  #isWanted = false;

  constructor(editor: monacoTypes.editor.IStandaloneCodeEditor, element: HTMLElement, events: VimEvents) {
    this.#editor = editor;
    this.#events = events;
    this.#line.className = 'at-vim-line';
    element.after(this.#line);
  }

  /** Null while the editor has its own keys. */
  get mode(): VimMode | null {
    return this.#mode;
  }

  /** Wanted, and not there yet: a key is not to be taken for text meanwhile. */
  get isLoading(): boolean {
    return this.#isWanted && this.#adapter === null;
  }

  /** Nothing is being entered: a motion is a motion. */
  get isResting(): boolean {
    const input = this.#adapter?.state.vim?.inputState;
    return this.#mode === 'normal' && !input?.operator && (input?.keyBuffer?.length ?? 0) === 0;
  }

  async set(isOn: boolean): Promise<void> {
    if (isOn === this.#isWanted) return;
    this.#isWanted = isOn;
    if (!isOn) {
      this.#end();
      return;
    }
    const { initVimMode, VimMode: library } = await import('monaco-vim');
    // Somebody may have changed their mind, or closed the editor, meanwhile.
    if (!this.#isWanted || this.#adapter || !this.#editor.getModel()) return;
    this.#library = library as unknown as VimLibrary;
    const adapter = initVimMode(this.#editor as never, this.#line) as Adapter;
    adapter.save = () => this.#events.onSave();
    adapter.on('vim-mode-change', ({ mode }: { mode: VimMode }) => this.#become(mode));
    this.#adapter = adapter;
    this.#become('normal');
    this.clip();
  }

  /** In normal mode the cursor is on a character, not behind the last one of its line. */
  clip(): void {
    const position = this.#editor.getPosition();
    if (!position || this.#mode !== 'normal' || this.#editor.getSelection()?.isEmpty() === false) return;
    const last = this.#editor.getModel()?.getLineMaxColumn(position.lineNumber) ?? 1;
    if (last > 1 && position.column >= last) this.#editor.setPosition(position.with(undefined, last - 1));
  }

  /** Leaves what is being entered, or the mode; false in normal mode with nothing begun. */
  escape(): boolean {
    if (!this.#adapter || this.isResting) return false;
    const hadLine = this.#line.querySelector('input') !== null;
    this.#library?.Vim.handleKey(this.#adapter, '<Esc>', 'user');
    if (hadLine) this.#editor.focus();
    return true;
  }

  dispose(): void {
    this.#isWanted = false;
    this.#end();
    this.#line.remove();
  }

  #end(): void {
    this.#adapter?.dispose();
    this.#adapter = null;
    this.#line.replaceChildren();
    if (this.#mode !== null) this.#become(null);
  }

  #become(mode: VimMode | null): void {
    this.#mode = mode;
    this.#events.onVimMode(mode);
  }
}
