/**
 * A console is a notebook that is in no file: the same session over services of its own. Its cells are the entries, in the
 * order in which they were run, and last the input; they come from the executions and from the kernel's journal, which is
 * how they are there again after a reload (docs/adr/0008-consoles.md).
 */
import { asCellId, type CellId, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import { createNoLease } from '@/services/documents/document-lease.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { NotebookSession, type NotebookServices } from '../session/notebook-session.ts';
import { type ConsoleAddress, INPUT } from './console-address.ts';
import { KernelHistory } from './kernel-history.ts';
import { withoutFile, withoutJournal } from './without-file.ts';
import { ConsoleExecutions, type Told } from './console-executions.ts';

export class ConsoleSession extends NotebookSession {
  readonly isConsole = true;
  readonly address: ConsoleAddress;
  readonly #parts: Parts;
  /** When the entries began, by the kernel's clock. */
  readonly #begun = new Map<CellId, string>();

  /** `draft`: what stands in the input at first. */
  constructor(address: ConsoleAddress, services: NotebookServices, clock: Clock, draft = '') {
    const parts = new Parts(address, services, draft);
    super(address.key, parts.services, clock);
    this.address = address;
    this.#parts = parts;
    parts.show = (told) => this.#show(told);
    parts.forget = (ids) => this.#forget(ids);
  }

  /** What was run on the kernel before and, behind it, here, the oldest first: what the arrows go through. */
  sources(): string[] {
    const { order, cells } = this.store.getState();
    const own = order.flatMap((id) => {
      const source = id !== INPUT && id.startsWith(this.address.prefix) ? cells[id]?.source : undefined;
      return source === undefined || source.trim() === '' ? [] : [source];
    });
    return this.#parts.history.with(own);
  }

  get input(): string {
    return this.store.getState().cells[INPUT]?.source ?? '';
  }

  setInput(source: string): void {
    this.#setSource(INPUT, source);
  }

  /** Runs what was written and makes room for the next. */
  async runInput(): Promise<void> {
    const code = this.input;
    if (code.trim() === '') return;
    const id = asCellId(`${this.address.prefix}${newCellId()}`);
    this.#show([{ cellId: id, code, startedAt: null }]);
    this.setInput('');
    await this.runner.run([id]);
  }

  #setSource(id: CellId, source: string): void {
    this.store.setState(({ cells }) => {
      const cell = cells[id];
      return cell && cell.source !== source ? { cells: { ...cells, [id]: { ...cell, source } } } : {};
    });
  }

  #show(told: readonly Told[]): void {
    const { order, cells } = this.store.getState();
    const next: Record<CellId, NotebookCell> = { ...cells };
    const ids = new Set(order);
    let hasChanged = false;
    for (const { cellId, code, startedAt } of told) {
      const id = asCellId(cellId);
      const cell = next[id];
      const isNews = startedAt !== null && this.#begun.get(id) === undefined;
      if (isNews) this.#begun.set(id, startedAt);
      if (cell && !isNews && (cell.source !== '' || code === null)) continue;
      hasChanged = true;
      next[id] = cell?.source ? cell : { ...(cell ?? emptyCell(id, 'code')), source: code ?? '' };
      ids.add(id);
    }
    if (!hasChanged) return;
    this.store.setState({ cells: next, order: [...ids].toSorted((a, b) => this.#compare(a, b)) });
  }

  #forget(cellIds: readonly string[]): void {
    const { order, cells } = this.store.getState();
    const gone = new Set(cellIds.map(asCellId));
    for (const id of gone) this.#begun.delete(id);
    this.store.setState({
      order: order.filter((id) => !gone.has(id)),
      cells: Object.fromEntries(Object.entries(cells).filter(([id]) => !gone.has(asCellId(id)))),
    });
  }

  /** As they began; then those that wait, as they came; last the input. */
  #compare(a: CellId, b: CellId): number {
    if (a === INPUT || b === INPUT) return Number(a === INPUT) - Number(b === INPUT);
    const [first, second] = [this.#begun.get(a), this.#begun.get(b)];
    if (first === undefined || second === undefined)
      return Number(first === undefined) - Number(second === undefined);
    return first < second ? -1 : first > second ? 1 : 0;
  }

  override dispose(): void {
    super.dispose();
    this.#parts.dispose();
  }
}

/** The services of a console: a file of the input that is never written, the document of its kernel, its own executions. */
class Parts implements Disposable {
  readonly services: NotebookServices;
  readonly history = new KernelHistory();
  show: (told: readonly Told[]) => void = () => undefined;
  forget: (cellIds: readonly string[]) => void = () => undefined;
  readonly #real: NotebookServices;
  readonly #address: ConsoleAddress;
  #executions: ConsoleExecutions | null = null;
  #hearing: Disposable = toDisposable(() => undefined);

  constructor(address: ConsoleAddress, real: NotebookServices, draft: string) {
    this.#real = real;
    this.#address = address;
    this.services = {
      ...real,
      files: withoutFile(real.files, draft),
      edits: withoutJournal(real.edits),
      documents: this.#documents(),
      executions: {
        newId: () => real.executions.newId(),
        of: (documentId) => this.#executionsOf(documentId),
      },
      kernels: this.#kernels(),
    };
  }

  #documents(): NotebookServices['documents'] {
    const { documents } = this.#real;
    return {
      store: documents.store,
      // Whatever a file says of its environment stays what its own page has said.
      open: () => documents.open({ path: this.#address.documentPath }),
      // In no file: others write the notebook, where there is one.
      lease: () => createNoLease(),
      leaseAt: () => undefined,
      bind: (id, environment) => documents.bind(id, environment),
      cancelStart: (id) => documents.cancelStart(id),
      switchTo: (id, environment) => documents.switchTo(id, environment),
      cancelSwitch: (id) => documents.cancelSwitch(id),
      putAwaySwitch: (id) => documents.putAwaySwitch(id),
      move: (from, to) => documents.move(from, to),
      sessions: documents.sessions,
    };
  }

  #executionsOf(documentId: string): ConsoleExecutions {
    const { prefix, showsAll } = this.#address;
    this.#executions = new ConsoleExecutions({
      inner: this.#real.executions.of(documentId),
      documentId,
      prefix,
      showsAll,
      show: (told) => this.show(told),
      forget: (cellIds) => this.forget(cellIds),
    });
    return this.#executions;
  }

  #kernels(): NotebookServices['kernels'] {
    const { kernels } = this.#real;
    return {
      attach: async (appId, kernelId, after) => {
        // A journal that nobody knows: the server tells everything that it still has.
        const place = this.#address.showsAll ? { epoch: 'everything', seq: 0 } : after;
        const channel = await kernels.attach(appId, kernelId, place);
        this.history.follow(channel);
        this.#hearing.dispose();
        this.#hearing = channel.onDidReceive(({ message, direction }) => {
          if (direction === 'out') this.#executions?.hear(message, kernelId);
        });
        return channel;
      },
      shutdown: (appId, kernelId) => kernels.shutdown(appId, kernelId),
      widgetModule: (appId, name) => kernels.widgetModule(appId, name),
    };
  }

  dispose(): void {
    this.history.dispose();
    this.#hearing.dispose();
  }
}
