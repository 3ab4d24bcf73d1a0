/**
 * Output widgets: while one's `msg_id` names a request, what that request prints goes into the widget instead of the
 * cell. The page decides this, message by message in the order of the journal, so that live and replayed outputs land
 * in the same place.
 */
import type { JsonObject, JsonValue } from '../notebook/model.ts';
import { foldOutput, type OutputState, outputStateOf, snapshot } from '../outputs/fold.ts';
import type { JupyterMessage } from '../wire/message.ts';
import type { WidgetBook, WidgetChange } from './widget-book.ts';
import { readWidgetOutputs, writeWidgetOutputs } from './widget-outputs.ts';

const OUTPUT_TYPES: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'execute_result',
  'error',
  'clear_output',
]);

export class OutputCapture {
  readonly #book: WidgetBook;
  /** Output widget → what it shows. */
  readonly #folds = new Map<string, OutputState>();
  /** Request → the widgets that take its outputs, the innermost last. */
  readonly #takers = new Map<string, string[]>();
  /** Widget → the request that it takes the outputs of. */
  readonly #takes = new Map<string, string>();

  constructor(book: WidgetBook) {
    this.#book = book;
  }

  /** The book has folded a message of this widget. */
  didChange(change: WidgetChange): void {
    const { id } = change;
    if (change.kind === 'custom' || (change.kind === 'update' && change.isEcho)) return;
    const model = this.#book.models.get(id);
    if (change.kind === 'close' || model?.name !== 'OutputModel') {
      this.#release(id);
      this.#folds.delete(id);
      return;
    }
    const keys = change.kind === 'update' ? change.keys : ['msg_id', 'outputs'];
    if (keys.includes('msg_id')) this.#take(id, model.state.values['msg_id']);
    // Outputs that the kernel itself sets replace what was caught.
    if (keys.includes('outputs')) this.#folds.delete(id);
  }

  #take(id: string, request: JsonValue | undefined): void {
    this.#release(id);
    if (typeof request !== 'string' || request === '') return;
    this.#takes.set(id, request);
    this.#takers.set(request, [...(this.#takers.get(request) ?? []), id]);
  }

  #release(id: string): void {
    const request = this.#takes.get(id);
    if (request === undefined) return;
    this.#takes.delete(id);
    const rest = (this.#takers.get(request) ?? []).filter((one) => one !== id);
    if (rest.length > 0) this.#takers.set(request, rest);
    else this.#takers.delete(request);
  }

  /** The widget that took this message; null where it belongs to a cell. */
  receive(message: JupyterMessage): string | null {
    const parent = message.parent_header.msg_id;
    const id = parent === undefined ? undefined : this.#takers.get(parent)?.at(-1);
    if (id === undefined || !OUTPUT_TYPES.has(message.header.msg_type)) return null;
    foldOutput(this.#foldOf(id), message);
    return id;
  }

  #foldOf(id: string): OutputState {
    const known = this.#folds.get(id);
    if (known) return known;
    const saved = this.#book.models.get(id)?.state.values['outputs'];
    const fold = outputStateOf(readWidgetOutputs(saved), null);
    this.#folds.set(id, fold);
    return fold;
  }

  /** What the widget shows now, as its `outputs` attribute. */
  outputsOf(id: string): JsonObject[] {
    const fold = this.#folds.get(id);
    return fold ? writeWidgetOutputs(snapshot(fold).outputs) : [];
  }

  startOver(): void {
    this.#folds.clear();
    this.#takers.clear();
    this.#takes.clear();
  }
}
