/**
 * One open notebook: the document being edited, its place on disk, its kernel. Lives outside React as long as a tab
 * shows it; everything a view needs is in `store`. The parts it is made of do the work, this connects them.
 */
import type { Execution, StudioDocument } from '@atelier-ide/contract';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { ParsedNotebook } from '@atelier-ide/core/notebook/read.ts';
import { DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { ContextService } from '@/platform/context/context-service.ts';
import type { Clock } from '@/services/clock.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import { NotebookAssist } from '../assist/notebook-assist.ts';
import type { NotebookAway } from '../away/notebook-away.ts';
import { createAway } from '../away/create-away.ts';
import { NotebookDisk } from '../conflict/notebook-disk.ts';
import { languageOf } from '../document/environment-metadata.ts';
import { cellsOf, type NotebookContent } from '../document/notebook-model.ts';
import { createFindStore } from '../find/find-store.ts';
import { createPagerStore } from '../pager/pager-store.ts';
import { KernelPayloads } from '../queue/kernel-payloads.ts';
import { LongRuns } from '../queue/long-runs.ts';
import { NotebookQueue } from '../queue/notebook-queue.ts';
import { TimeRecorder } from '../queue/time-recorder.ts';
import { NotebookOutline } from '../find/notebook-outline.ts';
import { FrameMemory } from '../frames/frame-memory.ts';
import { createOutputViews } from '../outputs/output-views-store.ts';
import type { WidgetLink } from '../widgets/widget-link.ts';
import { createWidgets } from './create-widgets.ts';
import { environmentMetadata } from './bound-environment.ts';
import { CellActions } from './cell-actions.ts';
import { cellsToPaste, copyCells } from './cell-clipboard.ts';
import { DocumentLink } from './document-link.ts';
import { ExecutionLink } from './execution-link.ts';
import { NotebookRecovery } from '../recovery/notebook-recovery.ts';
import { NotebookTwins } from '../twins/notebook-twins.ts';
import { createCare } from './create-care.ts';
import type { KernelCare } from './kernel-care.ts';
import { KernelLink } from './kernel-link.ts';
import { NotebookEditing, type PasteOptions } from './notebook-editing.ts';
import { NotebookRunner } from './notebook-runner.ts';
import { NotebookSaver } from './notebook-saver.ts';
import type { NotebookServices } from './notebook-services.ts';
import { createNotebookStore, type NotebookStore } from './notebook-store.ts';
import { openNotebook } from './open-notebook.ts';
import { SessionViews } from './session-views.ts';
import { shownContent } from './shown-content.ts';
import { OutputFolder } from './output-folder.ts';
import { PropertyActions } from './property-actions.ts';
import { SectionActions } from './section-actions.ts';

export type { NotebookServices } from './notebook-services.ts';

export class NotebookSession implements DocumentSession {
  readonly kind = 'notebook';
  readonly store: NotebookStore;
  readonly editing: NotebookEditing;
  readonly cells: CellActions;
  readonly sections: SectionActions;
  readonly properties: PropertyActions;
  readonly saver: NotebookSaver;
  readonly disk: NotebookDisk;
  readonly recovery: NotebookRecovery;
  readonly away: NotebookAway;
  readonly twins: NotebookTwins;
  readonly runner: NotebookRunner;
  readonly care: KernelCare;
  readonly assist: NotebookAssist;
  readonly queue: NotebookQueue;
  readonly services: NotebookServices;
  readonly find = createFindStore();
  readonly pager = createPagerStore();
  /** One for all views: each end is told once. */
  readonly longRuns = new LongRuns();
  readonly outputViews = createOutputViews();
  readonly frames: FrameMemory;
  readonly views = new SessionViews(this);
  readonly outline: NotebookOutline;
  readonly widgets: WidgetLink;
  readonly #willReveal = new Emitter<CellId>();
  /** Somebody wants to see the beginning of a cell. */
  readonly onWillReveal = this.#willReveal.event;
  readonly #owned = new DisposableStore();
  readonly #folder: OutputFolder;
  readonly #link: KernelLink;
  readonly #runs: ExecutionLink;
  readonly #payloads: KernelPayloads;
  readonly #times: TimeRecorder;
  readonly #document: DocumentLink;
  #reading = new AbortController();

  constructor(path: string, services: NotebookServices, clock: Clock) {
    const store = createNotebookStore(path);
    this.store = store;
    this.services = services;
    const { log, kernels, events } = services;
    this.editing = new NotebookEditing(store, () => clock.now());
    this.cells = new CellActions(store, this.editing);
    this.sections = new SectionActions(store, this.editing);
    this.properties = new PropertyActions(store, this.editing);
    this.frames = this.#owned.add(new FrameMemory(store, services.storage, clock));
    this.outline = new NotebookOutline(store, (id) => this.reveal(id));
    this.#runs = this.#owned.add(
      new ExecutionLink({
        store,
        log,
        isFinal: (execution) => this.#folder.isFinal(execution),
        didLearn: () => {
          this.#link.didLearn();
          this.#folder.didLearn();
          this.away.update();
        },
        didEnd: () => this.#didEnd(),
      }),
    );
    this.widgets = this.#owned.add(createWidgets(this, clock, () => this.#link.channel));
    this.#folder = this.#owned.add(
      new OutputFolder({
        store,
        clock,
        execution: (id) => this.#runs.byId[id],
        cellOf: (id) => this.#runs.shownIn(id),
        didChange: () => this.saver.didChangeOutputs(),
        isTelling: (kernelId) => this.#link.isTelling(kernelId),
      }),
    );
    this.#link = this.#owned.add(
      new KernelLink({
        store,
        kernels,
        events,
        log,
        executions: () => this.#runs.own,
        receive: (message) => {
          // What an Output widget takes is not the cell's.
          if (!this.widgets.receive(message)) this.#folder.receive(message);
          this.#times.receive(message);
          this.#payloads.receive(message);
        },
        didReset: () => {
          this.#folder.didReset();
          this.widgets.didReset();
        },
        willReplay: (kernelId, after) => {
          this.#folder.startOver(kernelId, after);
          this.widgets.startOver();
        },
        didFollow: (kernel) => this.widgets.follow(kernel),
        didOpen: () => this.widgets.didConnect(),
        didCut: () => this.widgets.didCut(),
      }),
    );
    this.saver = this.#owned.add(this.#createSaver(clock));
    this.disk = this.#owned.add(this.#createDisk(clock));
    this.twins = this.#owned.add(new NotebookTwins(this, clock));
    this.recovery = this.#owned.add(new NotebookRecovery(this));
    this.away = this.#owned.add(createAway(this, this.#runs));
    this.#times = this.#createTimes();
    this.#payloads = this.#createPayloads(clock);
    this.#document = this.#owned.add(this.#createDocument());
    this.queue = this.#createQueue();
    this.runner = this.#createRunner();
    this.care = this.#owned.add(createCare(this, clock));
    this.assist = new NotebookAssist({ store, kernel: () => this.#link.channel?.assist ?? null });
    this.#owned.add(this.editing.onDidEdit((before) => this.#didEdit(before)));
    void this.open();
  }

  #createDisk(clock: Clock): NotebookDisk {
    const { store, editing, saver } = this;
    const willMerge = () => this.#folder.flush();
    const didMerge = () => {
      this.#folder.showAgain();
      this.#runs.update();
    };
    return new NotebookDisk({ store, editing, saver, clock, willMerge, didMerge });
  }

  #createSaver(clock: Clock): NotebookSaver {
    const { store } = this;
    const { compute, files } = this.services;
    return new NotebookSaver({
      store,
      files,
      clock,
      metadataToWrite: (metadata) =>
        environmentMetadata(
          this.widgets.metadataToWrite(metadata, cellsOf(store.getState())),
          store.getState().document,
          {
            compute,
            languageInfo: this.#link.channel?.store.getState().language?.info ?? null,
          },
        ),
      willWrite: () => this.#willWrite(),
      takeFromDisk: (text, hash) => this.disk.take(text, hash),
      openChoices: () => this.disk.choices.length,
      mayWrite: () => this.twins.mayWrite,
      askToWrite: () => this.twins.askToSave(),
    });
  }

  #createDocument(): DocumentLink {
    return new DocumentLink({
      store: this.store,
      services: this.services,
      saver: () => this.saver,
      runs: this.#runs,
      follow: (binding) => this.#link.follow(binding),
      didBind: () => this.runner.didBind(),
    });
  }

  #createQueue(): NotebookQueue {
    return new NotebookQueue({
      store: this.store,
      executions: () => this.#document.executions,
      cellOf: (execution) => this.#runs.cellOf(execution),
      fail: (what, error) => this.services.notifications.error(what, error),
    });
  }

  #createTimes(): TimeRecorder {
    return new TimeRecorder({
      store: this.store,
      isWanted: () => this.services.settings.get('notebook.savesTimes'),
      execution: (id) => this.#runs.byId[id],
      cellOf: (id) => this.#runs.shownIn(id),
      didChange: () => this.saver.didChangeOutputs(),
    });
  }

  #createPayloads(clock: Clock): KernelPayloads {
    return new KernelPayloads({
      store: this.store,
      editing: this.editing,
      execution: (id) => this.#runs.byId[id],
      cellOf: (id) => this.#runs.shownIn(id),
      page: (page) => this.pager.setState({ page }),
      clock,
    });
  }

  #createRunner(): NotebookRunner {
    const { commands, executions, notifications, settings } = this.services;
    return new NotebookRunner({
      store: this.store,
      executions: () => this.#runs.executions,
      channel: () => this.#link.channel,
      newExecutionId: () => {
        const id = executions.newId();
        this.#payloads.expect(id);
        return id;
      },
      document: () => this.document(),
      chooseEnvironment: (documentId) => commands.run('compute.changeEnvironment', { documentId }),
      stopsOnError: () => settings.get('notebook.stopOnError'),
      render: (ids) => this.editing.render(ids),
      clear: (ids) => this.editing.clearOutputs(ids),
      save: () => {
        if (this.saver.hasEdits) void this.saver.flush();
      },
      fail: (what, error) => notifications.error(what, error),
    });
  }

  get path(): string {
    return this.store.getState().path;
  }

  get isDirty(): boolean {
    return this.saver.isDirty;
  }

  cellNumber(cellId: string): number | null {
    const at = this.store.getState().order.findIndex((id) => id === cellId);
    return at < 0 ? null : at + 1;
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
    const [opened] = await Promise.all([
      openNotebook(this.services.files, this.path, signal),
      this.recovery.ask(),
      this.twins.join(),
    ]);
    if (signal.aborted || this.#owned.isDisposed) return;
    if (!opened.ok) {
      this.store.setState({ status: { kind: 'problem', problem: opened.problem } });
      if (opened.problem.isGone) this.recovery.didMissFile();
      return;
    }
    const { notebook, file, notes, lock } = opened;
    const owner = this.twins.hasJoined ? this.twins : this.recovery;
    this.#show(owner.withFormerIds(notebook, file.hash), file.hash, notes);
    this.store.setState({ isWritable: file.writable, lock });
    if (this.twins.hasJoined) this.recovery.leave();
    else this.recovery.recover();
    this.twins.start();
    await this.document();
  }

  #show(notebook: ParsedNotebook, hash: string, notes: readonly string[]): void {
    const content = shownContent(notebook);
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

  /** The server's document; waits for it, and asks again where it could not be had before. */
  document(): Promise<StudioDocument | null> {
    return this.#document.get();
  }

  #didEnd(): void {
    this.#folder.flush();
    this.saver.didEndExecution();
    if (!this.saver.isDirty) this.#willWrite()();
  }

  /** All outputs of an execution that has ended are here, and in the store. */
  hasAllOf(execution: Execution): boolean {
    this.#folder.flush();
    return this.#folder.isFinal(execution);
  }

  /** Selects a cell and brings it into view, with its beginning at the top. */
  reveal(id: CellId): void {
    this.editing.select(id);
    this.#willReveal.fire(id);
  }

  #didEdit(before: NotebookContent): void {
    const { active, lastEdited } = this.store.getState();
    if (active !== lastEdited) this.store.setState({ lastEdited: active });
    this.saver.didEdit(before);
    if (this.#runs.isUpToDate) return;
    this.#runs.update();
    // A cell that came back by undo may have been written to while it was away.
    this.#folder.catchUp();
  }

  /** What becomes safe with the write that begins now. */
  #willWrite(): () => void {
    this.#folder.flush();
    const written = [this.#runs.willWrite(), this.away.willWrite()];
    return () => written.forEach((tell) => tell());
  }

  answerInput(id: CellId, value: string): void {
    const execution = this.#runs.newestOf(id);
    const request = execution && this.#folder.inputOf(execution.id);
    if (!request) return;
    this.#link.channel?.answerInput(request, value);
    this.#folder.didAnswer(execution.id);
  }

  /** Saves now and makes a checkpoint, where there is something to save. */
  async save(): Promise<void> {
    await this.saver.flush();
    if (this.store.getState().save.kind !== 'saved') return;
    try {
      await this.services.files.checkpoint(this.path);
    } catch (error) {
      this.services.log.warn('No checkpoint was made', { path: this.path, error: String(error) });
    }
  }

  copyCells(context: ContextService): void {
    copyCells(context, this.editing.copies());
  }

  async pasteCells(
    context: ContextService,
    options: PasteOptions = {},
    editing = this.editing,
  ): Promise<void> {
    const cells = await cellsToPaste(context);
    if (cells.length > 0) editing.paste(cells, options);
    else
      this.services.notifications.info(
        'Nothing was pasted',
        'Cut or copy cells first. What another window copied can be pasted with the paste key of the browser.',
      );
  }

  dispose(): void {
    this.#reading.abort();
    this.#owned.dispose();
  }
}
