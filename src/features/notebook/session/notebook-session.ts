/**
 * One open notebook: the document being edited, its place on disk, its kernel. Lives outside React as long as a tab
 * shows it; everything a view needs is in `store`. The parts it is made of do the work, this connects them.
 */
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { matchCells } from '@atelier-ide/core/notebook/identity.ts';
import { type ParsedNotebook, readNotebook, withCellIds } from '@atelier-ide/core/notebook/read.ts';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { Execution } from '@atelier-ide/contract';
import type { Clock } from '@/services/clock.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { DocumentExecutions } from '@/services/executions/executions-service.ts';
import type { Services } from '@/services/services.ts';
import { cellsOf, contentOf } from '../document/notebook-model.ts';
import { environmentHints, languageOf } from '../document/environment-metadata.ts';
import { environmentMetadata } from './bound-environment.ts';
import { ExecutionBook, type Executions } from './execution-book.ts';
import { KernelLink } from './kernel-link.ts';
import { NotebookEditing } from './notebook-editing.ts';
import { NotebookRunner } from './notebook-runner.ts';
import { NotebookSaver } from './notebook-saver.ts';
import { createNotebookStore, type NotebookStore } from './notebook-store.ts';
import { openNotebook } from './open-notebook.ts';
import { OutputFolder } from './output-folder.ts';

export type NotebookServices = Pick<
  Services,
  | 'commands'
  | 'compute'
  | 'documents'
  | 'events'
  | 'executions'
  | 'files'
  | 'kernels'
  | 'log'
  | 'notifications'
>;

export class NotebookSession implements DocumentSession {
  readonly kind = 'notebook';
  readonly store: NotebookStore;
  readonly editing: NotebookEditing;
  readonly saver: NotebookSaver;
  readonly runner: NotebookRunner;
  readonly services: NotebookServices;
  readonly #owned = new DisposableStore();
  readonly #book = new ExecutionBook();
  readonly #folder: OutputFolder;
  readonly #link: KernelLink;
  #executions: DocumentExecutions | null = null;
  #newest: ReadonlyMap<CellId, Execution> = new Map();
  #reading = new AbortController();

  constructor(path: string, services: NotebookServices, clock: Clock) {
    const store = createNotebookStore(path);
    this.store = store;
    this.services = services;
    const { log } = services;
    this.editing = new NotebookEditing(store, () => clock.now());
    this.#folder = this.#owned.add(
      new OutputFolder({
        store,
        clock,
        execution: (id) => this.#byId[id],
        cellOf: (id) => this.#shownIn(id),
        didChange: () => this.saver.didChangeOutputs(),
      }),
    );
    this.saver = this.#owned.add(
      new NotebookSaver({
        store,
        files: services.files,
        clock,
        metadataToWrite: (metadata) =>
          environmentMetadata(metadata, store.getState().document, services.compute),
        willWrite: () => this.#willWrite(),
        takeFromDisk: (text, hash) => this.takeFromDisk(text, hash),
      }),
    );
    this.#link = this.#owned.add(
      new KernelLink({
        store,
        kernels: services.kernels,
        events: services.events,
        log,
        executions: () => this.#byId,
        receive: (message) => this.#folder.receive(message),
        didReset: () => this.#folder.didReset(),
        willReplay: () => this.#folder.startOver(),
      }),
    );
    this.runner = new NotebookRunner({
      store,
      executions: () => this.#executions,
      channel: () => this.#link.channel,
      newExecutionId: () => services.executions.newId(),
      chooseEnvironment: (documentId) => services.commands.run('compute.changeEnvironment', { documentId }),
      render: (ids) => this.editing.render(ids),
      clear: (ids) => this.editing.clearOutputs(ids),
      save: () => void this.saver.flush(),
      fail: (what, error) => services.notifications.error(what, error),
    });
    this.#owned.add(this.editing.onDidEdit(() => this.#didEdit()));
    this.#owned.add(toDisposable(services.documents.store.subscribe(() => this.#didChangeDocuments())));
    void this.open();
  }

  get path(): string {
    return this.store.getState().path;
  }

  get isDirty(): boolean {
    return this.saver.isDirty;
  }

  get #byId(): Executions {
    return this.#executions?.store.getState().byId ?? {};
  }

  didMove(path: string): void {
    this.store.setState({ path });
  }

  /** Reads the file; also "Try again" after it could not be read. */
  async open(): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    this.store.setState({ status: { kind: 'loading' } });
    const opened = await openNotebook(this.services.files, this.path, signal);
    if (signal.aborted || this.#owned.isDisposed) return;
    if (!opened.ok) {
      this.store.setState({ status: { kind: 'problem', problem: opened.problem } });
      return;
    }
    this.#show(opened.notebook, opened.file.hash, opened.notes);
    this.store.setState({ isWritable: opened.file.writable });
    await this.#openDocument(signal);
  }

  #show(notebook: ParsedNotebook, hash: string, notes: readonly string[]): void {
    const content = contentOf(notebook.document);
    const { active, anchor } = this.store.getState();
    const kept = (id: CellId | null) => (id !== null && content.cells[id] ? id : (content.order[0] ?? null));
    this.store.setState({
      ...content,
      status: { kind: 'ready' },
      notes,
      active: kept(active),
      anchor: kept(anchor),
      mode: 'command',
      save: { kind: 'saved', at: null },
      language: languageOf(content.metadata),
    });
    this.editing.forget();
    this.saver.adopt(notebook, hash);
  }

  async #openDocument(signal: AbortSignal): Promise<void> {
    try {
      const metadata = environmentHints(this.store.getState().metadata);
      const document = await this.services.documents.open({ path: this.path, metadata });
      if (signal.aborted || this.#owned.isDisposed || this.#executions) return;
      const executions = this.#owned.add(this.services.executions.of(document.id));
      this.#executions = executions;
      this.store.setState({ document, documentProblem: null });
      await whenLoaded(executions, this.#owned);
      if (this.#owned.isDisposed) return;
      this.#owned.add(toDisposable(executions.store.subscribe(() => this.#didChangeExecutions())));
      this.#book.match(this.#byId, this.store.getState());
      this.#didChangeExecutions();
      this.#didChangeDocuments();
      this.#link.follow(this.store.getState().document?.binding ?? document.binding);
    } catch (error) {
      const documentProblem = error instanceof Error ? error.message : String(error);
      this.store.setState({ documentProblem });
      this.services.log.warn('The document of a notebook was not opened', { documentProblem });
    }
  }

  #didChangeDocuments(): void {
    const known = this.store.getState().document;
    const document = known && this.services.documents.store.getState().byId[known.id];
    if (!document || document === known) return;
    this.store.setState({ document });
    if (!this.#executions?.store.getState().isLoaded) return;
    this.#link.follow(document.binding);
    this.runner.didBind();
  }

  #didChangeExecutions(): void {
    const state = this.store.getState();
    const before = this.#newest;
    this.#newest = this.#book.newest(this.#byId, state);
    const runs = this.#book.runs(this.#newest, state.runs);
    this.store.setState({ runs });
    this.#link.didLearn();
    this.#folder.didLearn();
    const hasEnded = [...this.#newest].some(([id, one]) => {
      const old = before.get(id);
      return old && isFinished(one.state) && !(old.id === one.id && isFinished(old.state));
    });
    if (hasEnded) this.#didEnd();
  }

  #didEnd(): void {
    this.#folder.flush();
    this.saver.didEndExecution();
    if (!this.saver.isDirty) this.#willWrite()();
  }

  /** The cell that shows the outputs of an execution: none once a newer one of the cell has begun. */
  #shownIn(id: string): CellId | undefined {
    const execution = this.#byId[id];
    const cellId = execution && this.#book.cellIdOf(execution, this.store.getState());
    const newest = cellId === undefined ? undefined : this.#newest.get(cellId);
    const isOld = newest && newest.id !== id && newest.state !== 'queued' && newest.state !== 'aborted';
    return isOld ? undefined : cellId;
  }

  #didEdit(): void {
    this.saver.didEdit();
    // A cell that came back by undo may have been written to while it was away.
    const { runs, cells } = this.store.getState();
    if (Object.keys(runs).every((id) => cells[id as CellId]) && this.#hasAll(runs)) return;
    this.#didChangeExecutions();
    this.#folder.catchUp();
  }

  /** Every execution whose cell is here shows in it. */
  #hasAll(runs: Readonly<Record<string, unknown>>): boolean {
    const state = this.store.getState();
    return Object.values(this.#byId).every((one) => {
      const id = this.#book.cellIdOf(one, state);
      return id === undefined || runs[id] !== undefined;
    });
  }

  /** What becomes safe with the write that begins now. */
  #willWrite(): () => void {
    this.#folder.flush();
    const { cells } = this.store.getState();
    const ids = Object.values(this.#byId).flatMap((one) => {
      const cellId = this.#book.cellIdOf(one, this.store.getState());
      return !one.recorded && cellId && cells[cellId] && this.#folder.isFinal(one) ? [one.id] : [];
    });
    return () => void this.#record(ids);
  }

  async #record(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await this.#executions?.recorded(ids);
    } catch (error) {
      this.services.log.warn('Executions were not marked as recorded', { error: String(error) });
    }
  }

  /** Shows the file as it is on disk now, under the cell ids that are on screen. False if it is no notebook now. */
  takeFromDisk(text: string, hash: string): boolean {
    const result = readNotebook(text);
    if (!result.ok) return false;
    const ids = matchCells(result.notebook.document.cells, cellsOf(this.store.getState()));
    this.#show(withCellIds(result.notebook, ids), hash, []);
    this.#folder.showAgain();
    this.#didChangeExecutions();
    return true;
  }

  answerInput(id: CellId, value: string): void {
    const execution = this.#newest.get(id);
    const request = execution && this.#folder.inputOf(execution.id);
    if (!request) return;
    this.#link.channel?.answerInput(request, value);
    this.#folder.didAnswer(execution.id);
  }

  /** Saves now and makes a checkpoint, where there is something to save. */
  async save(): Promise<void> {
    await this.saver.flush();
    const { save } = this.store.getState();
    if (save.kind !== 'saved') return;
    try {
      await this.services.files.checkpoint(this.path);
    } catch (error) {
      this.services.log.warn('No checkpoint was made', { path: this.path, error: String(error) });
    }
  }

  dispose(): void {
    this.#reading.abort();
    this.#owned.dispose();
  }
}

/** Resolves once the server's list is here (or the session ends). */
function whenLoaded(executions: DocumentExecutions, owned: DisposableStore): Promise<void> {
  if (executions.store.getState().isLoaded) return Promise.resolve();
  return new Promise((resolve) => {
    let subscription: Disposable | null = null;
    const done = () => {
      subscription?.dispose();
      resolve();
    };
    subscription = toDisposable(executions.store.subscribe((state) => state.isLoaded && done()));
    owned.add(toDisposable(done));
  });
}
