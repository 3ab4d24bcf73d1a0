import type { Execution, StudioEvent } from '@atelier-ide/contract';
import { DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Services } from '@/services/services.ts';
import { createRunningStore } from './running-store.ts';
import { type RunningNode, runningTree, withEnding } from './running-tree.ts';

export type RunningServices = Pick<
  Services,
  'api' | 'compute' | 'documents' | 'events' | 'log' | 'session' | 'tabs' | 'terminals'
>;

/**
 * What runs, beyond what the compute store knows: names of terminals, paths of documents, the cell each kernel is at.
 * Nothing is polled: terminals are listed again when an app comes, a terminal's tab opens or closes, or a reading names
 * other ones; the rest follows events.
 */
export class RunningModel {
  readonly store = createRunningStore();
  readonly #services: RunningServices;
  readonly #owned = new DisposableStore();

  constructor(services: RunningServices) {
    this.#services = services;
  }

  /** Reads what is missing and follows it from then on. */
  start(): void {
    const { compute, events, tabs } = this.#services;
    this.#owned.add(events.onDidReceive((event) => this.#hear(event)));
    this.#owned.add(
      toDisposable(
        compute.store.subscribe((now, before) => {
          if (now.apps !== before.apps || now.usage !== before.usage) void this.#followApps();
          if (now.kernels !== before.kernels) void this.#readKernels();
          this.#prune();
        }),
      ),
    );
    let open = this.#terminalTabs();
    this.#owned.add(
      toDisposable(
        tabs.store.subscribe(() => {
          const now = this.#terminalTabs();
          const changed = [
            ...open.filter((key) => !now.includes(key)),
            ...now.filter((key) => !open.includes(key)),
          ];
          open = now;
          const ids = new Set(changed.map((key) => key.split('/')[0] ?? ''));
          for (const id of ids) if (this.#serving().includes(id)) void this.#readTerminals(id);
        }),
      ),
    );
    void this.refresh();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** Asks for all of it again. Failures are logged: what is not known is not shown. */
  async refresh(): Promise<void> {
    await Promise.all([
      ...this.#serving().map((id) => this.#readTerminals(id)),
      this.#readKernels(),
      this.#readRuns(),
    ]);
  }

  tree(): readonly RunningNode[] {
    const { ending, ...known } = this.store.getState();
    return withEnding(runningTree({ compute: this.#services.compute.store.getState(), ...known }), ending);
  }

  setEnding(ids: readonly string[], isEnding: boolean): void {
    this.store.setState(({ ending }) => {
      const next = new Set(ending);
      for (const id of ids) {
        if (isEnding) next.add(id);
        else next.delete(id);
      }
      return { ending: next };
    });
  }

  setFolded(id: string, isFolded: boolean): void {
    this.store.setState(({ folded }) => {
      const next = new Set(folded);
      if (isFolded) next.add(id);
      else next.delete(id);
      return { folded: next };
    });
  }

  /** A terminal has ended that no event tells of. */
  forgetTerminal(appId: string, name: string): void {
    this.store.setState(({ terminals }) => ({
      terminals: { ...terminals, [appId]: (terminals[appId] ?? []).filter((one) => one !== name) },
    }));
    this.#prune();
  }

  #serving(): string[] {
    const { apps } = this.#services.compute.store.getState();
    return apps.filter((app) => app.status === 'InService').map((app) => app.id);
  }

  #terminalTabs(): string[] {
    const { tabs } = this.#services.tabs.store.getState();
    return tabs.filter((tab) => tab.kind === 'terminal').map((tab) => tab.key);
  }

  /** Lists the terminals of apps that came, and of those whose reading names other terminals than are known. */
  async #followApps(): Promise<void> {
    const serving = this.#serving();
    const { terminals } = this.store.getState();
    const kept = Object.entries(terminals).filter(([id]) => serving.includes(id));
    if (kept.length < Object.keys(terminals).length)
      this.store.setState({ terminals: Object.fromEntries(kept) });
    const measured = Object.values(this.#services.compute.store.getState().usage).flatMap(({ apps }) => apps);
    const isOld = (id: string) => {
      const known = terminals[id];
      if (!known) return true;
      const told = measured.find((one) => one.appId === id)?.terminals.map((one) => one.name);
      return told !== undefined && told.toSorted().join() !== known.toSorted().join();
    };
    await Promise.all(serving.filter(isOld).map((id) => this.#readTerminals(id)));
  }

  readonly #reading = new Set<string>();

  async #readTerminals(appId: string): Promise<void> {
    if (this.#reading.has(appId)) return;
    this.#reading.add(appId);
    try {
      const names = await this.#services.terminals.list(appId);
      this.store.setState(({ terminals }) => ({ terminals: { ...terminals, [appId]: names } }));
      this.#prune();
    } catch (error) {
      this.#services.log.warn('Terminals were not listed', { appId, error: String(error) });
    } finally {
      this.#reading.delete(appId);
    }
  }

  /** The paths of the documents of kernels. */
  async #readKernels(): Promise<void> {
    const { documents, compute, api, log } = this.#services;
    const open = documents.store.getState().byId;
    const ids = new Set(compute.store.getState().kernels.flatMap((kernel) => kernel.documentId ?? []));
    const read = async (id: string) => {
      const path = open[id]?.path ?? (await api.call('getDocument', { params: { id } })).path;
      this.store.setState(({ paths }) => ({ paths: { ...paths, [id]: path } }));
    };
    const missing = [...ids].filter((id) => !(id in this.store.getState().paths));
    const results = await Promise.allSettled(missing.map(read));
    for (const result of results) {
      if (result.status === 'rejected') log.warn('A document was not read', { error: String(result.reason) });
    }
  }

  /** What the kernels that are busy already are at; later ones are told by events. */
  async #readRuns(): Promise<void> {
    const { compute, session, api, log } = this.#services;
    if (!session.has('executions')) return;
    const busy = compute.store.getState().kernels.filter((kernel) => kernel.state === 'busy');
    const read = async (id: string) => {
      for (const execution of await api.all('listExecutions', { params: { id } })) this.#didRun(execution);
    };
    const results = await Promise.allSettled(
      busy.flatMap(({ documentId }) => (documentId ? [read(documentId)] : [])),
    );
    for (const result of results) {
      if (result.status === 'rejected')
        log.warn('Executions were not read', { error: String(result.reason) });
    }
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'execution') this.#didRun(event.execution);
    else if (event.type === 'document' && event.document.id in this.store.getState().paths) {
      const { id, path } = event.document;
      this.store.setState(({ paths }) => ({ paths: { ...paths, [id]: path } }));
    } else if (event.type === 'reset') void this.refresh();
  }

  #didRun({ id, kernelId, documentId, cellId, state, startedAt }: Execution): void {
    const { runs } = this.store.getState();
    const known = runs[kernelId];
    if (state === 'running') {
      const cell = this.#cellNumber(documentId, cellId);
      const run = { executionId: id, cell, startedAt: startedAt ? Date.parse(startedAt) : null };
      this.store.setState({ runs: { ...runs, [kernelId]: run } });
    } else if (known?.executionId === id) {
      const { [kernelId]: _ended, ...kept } = runs;
      this.store.setState({ runs: kept });
    }
  }

  /** Only a notebook that is open here knows where its cells stand. */
  #cellNumber(documentId: string | null, cellId: string | null): number | null {
    const { documents } = this.#services;
    const path = documentId === null ? undefined : documents.store.getState().byId[documentId]?.path;
    const session = documents.sessions.all().find((one) => one.path === path);
    return cellId === null ? null : (session?.cellNumber?.(cellId) ?? null);
  }

  /** What is gone does not end any more: another thing may come by its name. */
  #prune(): void {
    const { ending } = this.store.getState();
    if (ending.size === 0) return;
    const ids = new Set<string>();
    const add = (node: RunningNode) => {
      ids.add(node.id);
      node.children.forEach(add);
    };
    this.tree().forEach(add);
    const kept = [...ending].filter((id) => ids.has(id));
    if (kept.length < ending.size) this.store.setState({ ending: new Set(kept) });
  }
}
