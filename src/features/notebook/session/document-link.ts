/**
 * The server's document of a notebook. It is opened once, after that followed: who writes, which executions there are,
 * to which kernel it is bound, in this order, so that nothing of a kernel is shown before the file is.
 */
import type { StudioDocument } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { DocumentExecutions } from '@/services/executions/executions-service.ts';
import { environmentHints } from '../document/environment-metadata.ts';
import { LeaseLink, type LeaseLinkHost } from './lease-link.ts';
import type { NotebookServices } from './notebook-services.ts';
import type { NotebookStore } from './notebook-store.ts';

export type DocumentLinkHost = {
  store: NotebookStore;
  services: Pick<NotebookServices, 'documents' | 'executions' | 'log'>;
  saver: LeaseLinkHost['saver'];
  /** The executions that are followed once they are known. */
  runs: { readonly isLoaded: boolean; follow(executions: DocumentExecutions): Promise<void> };
  /** The document is bound to this; also when it was so before. */
  follow(binding: StudioDocument['binding']): void;
  didBind(): void;
};

export class DocumentLink implements Disposable {
  readonly #host: DocumentLinkHost;
  readonly #owned = new DisposableStore();
  readonly #lease: LeaseLink;
  #executions: DocumentExecutions | null = null;
  #opening: Promise<void> | null = null;

  constructor(host: DocumentLinkHost) {
    this.#host = host;
    const { documents } = host.services;
    this.#lease = this.#owned.add(new LeaseLink({ documents, saver: host.saver }));
    this.#owned.add(toDisposable(documents.store.subscribe(() => this.#didChange())));
  }

  /** Null before the document is open. */
  get executions(): DocumentExecutions | null {
    return this.#executions;
  }

  /** The document; waits for it, and asks again where it could not be had before. */
  async get(): Promise<StudioDocument | null> {
    const { store } = this.#host;
    const known = store.getState().document;
    if (known) return known;
    this.#opening ??= this.#open();
    await this.#opening;
    return store.getState().document;
  }

  async #open(): Promise<void> {
    const { store, services, runs } = this.#host;
    try {
      // Who asks early must not open it without what the file says of its environment: that would be asked only once.
      await whenRead(store);
      const { path, metadata } = store.getState();
      const document = await services.documents.open({ path, metadata: environmentHints(metadata) });
      if (this.#owned.isDisposed) return;
      store.setState({ document, documentProblem: null });
      await this.#lease.open(document.id);
      if (this.#owned.isDisposed) return;
      this.#executions = services.executions.of(document.id);
      await runs.follow(this.#executions);
      if (this.#owned.isDisposed) return;
      this.#didChange();
      this.#host.follow(store.getState().document?.binding ?? document.binding);
    } catch (error) {
      const documentProblem = error instanceof Error ? error.message : String(error);
      store.setState({ documentProblem });
      services.log.warn('The document of a notebook was not opened', { documentProblem });
    } finally {
      this.#opening = null;
    }
  }

  #didChange(): void {
    const { store, services, runs } = this.#host;
    const known = store.getState().document;
    const document = known && services.documents.store.getState().byId[known.id];
    if (!document || document === known) return;
    store.setState({ document });
    if (!runs.isLoaded) return;
    this.#host.follow(document.binding);
    this.#host.didBind();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** Resolves when the file is read, or cannot be. */
function whenRead(store: NotebookStore): Promise<void> {
  const isRead = () => store.getState().status.kind !== 'loading';
  if (isRead()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (!isRead()) return;
      stop();
      resolve();
    });
  });
}
