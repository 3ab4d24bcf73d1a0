/**
 * Help with the code of one notebook: its kernel is asked for what the editors of its cells want to show. Says in words
 * why there is none, and knows what lies over the text, so that Escape closes that first.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { HelpAnswer, KernelAssist } from '@/services/jupyter/kernels-service.ts';
import type { CallHelp, CaretBox, CodeAssist, Spot, Suggestion } from '@/ui/monaco/code-assist.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import { type AssistPopup, createAssistStore } from './assist-store.ts';
import { callAt } from './call-at.ts';
import { parameterFor, readSignature, type Signature, withoutColors } from './read-signature.ts';

export type NotebookAssistHost = {
  store: NotebookStore;
  /** Null while there is no line to a kernel. */
  kernel(): KernelAssist | null;
};

export class NotebookAssist {
  readonly store = createAssistStore();
  readonly #host: NotebookAssistHost;
  readonly #closers = new Set<() => boolean>();
  #inspecting = new AbortController();
  /** The place that was asked about last: the second time there is more to read. */
  #inspected = '';
  /** The signature of the call that is being written; its arguments change, it does not. */
  #call: { before: string; signature: Signature | null } | null = null;

  constructor(host: NotebookAssistHost) {
    this.#host = host;
  }

  /** What the editor of a cell asks. */
  forCell(cellId: CellId): CodeAssist {
    return {
      isOn: () => this.#host.store.getState().cells[cellId]?.type === 'code',
      complete: (spot, signal) => this.#complete(cellId, spot, signal),
      describe: (text, offset, signal) => this.#describe(text, offset, signal),
      callHelp: (text, offset, signal) => this.#callHelp(text, offset, signal),
      inspect: (spot) => void this.#inspect(cellId, spot),
      didMove: () => this.#didMove(),
    };
  }

  /** What is known of the name at a place; without an answer, why there is none (null: it knows nothing of it). */
  async lookUp(
    text: string,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ text: string | null; why: string | null }> {
    const kernel = this.#host.kernel();
    if (!kernel) return { text: null, why: this.#whyNoKernel('see help') };
    const answer = await kernel.inspect(text, offset, { signal });
    if (!answer.ok) return { text: null, why: this.#whyNoAnswer(answer) };
    return { text: answer.value?.text ?? null, why: null };
  }

  /** Something that can lie over the text; `close` says whether it did. */
  watch(close: () => boolean): Disposable {
    this.#closers.add(close);
    return toDisposable(() => this.#closers.delete(close));
  }

  /** Closes what lies over the text; false where nothing does. */
  dismiss(): boolean {
    this.#inspecting.abort();
    const had = this.store.getState().popup !== null;
    if (had) this.store.setState({ popup: null });
    // All of them, not only the first.
    const closed = [...this.#closers].map((close) => close());
    return had || closed.includes(true);
  }

  async #complete(
    cellId: CellId,
    { text, offset, caret }: Spot,
    signal: AbortSignal,
  ): Promise<readonly Suggestion[] | null> {
    this.#show(null);
    const kernel = this.#host.kernel();
    if (!kernel) {
      this.#hint(cellId, this.#whyNoKernel('get completions'), caret);
      return null;
    }
    const answer = await kernel.complete(text, offset, signal);
    if (answer.ok) return answer.value;
    if (!signal.aborted) this.#hint(cellId, this.#whyNoAnswer(answer), caret);
    return null;
  }

  async #describe(text: string, offset: number, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#host.kernel()?.inspect(text, offset, { signal });
    return answer?.ok && answer.value ? withoutColors(answer.value.text) : null;
  }

  async #callHelp(text: string, offset: number, signal: AbortSignal): Promise<CallHelp | null> {
    const call = callAt(text, offset);
    const kernel = this.#host.kernel();
    if (!call || !kernel) return null;
    const before = text.slice(0, call.open);
    if (this.#call?.before !== before) {
      const answer = await kernel.inspect(before, before.length, { signal });
      if (!answer.ok) return null;
      this.#call = { before, signature: answer.value ? readSignature(answer.value.text) : null };
    }
    const { signature } = this.#call;
    if (!signature) return null;
    const parameters = signature.parameters.map(({ place }) => place);
    return { ...signature, parameters, active: parameterFor(signature, call) };
  }

  async #inspect(cellId: CellId, { text, offset, caret }: Spot): Promise<void> {
    const kernel = this.#host.kernel();
    const place = `${cellId}/${offset}/${text}`;
    const isAgain = this.store.getState().popup?.kind === 'help' && this.#inspected === place;
    this.#show(null);
    if (!kernel) {
      this.#hint(cellId, this.#whyNoKernel('see help'), caret);
      return;
    }
    this.#inspecting = new AbortController();
    const { signal } = this.#inspecting;
    const answer = await kernel.inspect(text, offset, { detail: isAgain ? 1 : 0, signal });
    if (signal.aborted) return;
    this.#inspected = place;
    if (!answer.ok) this.#hint(cellId, this.#whyNoAnswer(answer), caret);
    else if (!answer.value) this.#hint(cellId, 'The kernel knows nothing of this name.', caret);
    else this.#show({ cellId, kind: 'help', text: answer.value.text, caret });
  }

  #didMove(): void {
    this.#inspecting.abort();
    if (this.store.getState().popup) this.#show(null);
  }

  #show(popup: AssistPopup | null): void {
    this.#inspecting.abort();
    this.store.setState({ popup });
  }

  #hint(cellId: CellId, text: string, caret: CaretBox): void {
    this.#show({ cellId, kind: 'hint', text, caret });
  }

  #whyNoKernel(what: string): string {
    const { state } = this.#host.store.getState().kernel;
    if (state === 'starting') return 'The kernel is starting. It helps with code once it runs.';
    return `No kernel. Choose one to ${what}.`;
  }

  #whyNoAnswer({ why }: Exclude<HelpAnswer<unknown>, { ok: true }>): string {
    if (why === 'busy') return 'The kernel is busy. It helps with code again when the cell has ended.';
    return why === 'late'
      ? 'The kernel gave no answer in time.'
      : 'The kernel cannot be reached now. It is tried again by itself.';
  }
}
