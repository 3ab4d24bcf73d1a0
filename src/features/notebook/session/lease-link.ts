/**
 * The notebook's part in who writes its file. Before anything of the kernel is shown, it is known whether this page
 * writes, and what the server has put into the file since the page read it is here.
 */
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { DocumentsService } from '@/services/documents/documents-service.ts';

export type LeaseLinkHost = {
  documents: Pick<DocumentsService, 'lease'>;
  saver(): {
    readonly hash: string;
    readonly isDirty: boolean;
    look(): Promise<void>;
    flush(): Promise<void>;
  };
};

export class LeaseLink implements Disposable {
  readonly #host: LeaseLinkHost;
  readonly #owned = new DisposableStore();
  #looking: Promise<void> = Promise.resolve();

  constructor(host: LeaseLinkHost) {
    this.#host = host;
  }

  /** Resolves when the cells are what the file holds, outputs by the server included. */
  async open(documentId: string): Promise<void> {
    const lease = this.#owned.add(this.#host.documents.lease(documentId));
    this.#owned.add(lease.onDidFindWritten((hash) => this.#look(hash)));
    const follow = lease.store.subscribe((now, before) => {
      // The page that wrote before may not have come to it.
      if (now.kind === 'held' && before.kind === 'watching' && this.#host.saver().isDirty)
        void this.#host.saver().flush();
    });
    this.#owned.add(toDisposable(follow));
    await lease.settled();
    await this.#looking;
  }

  #look(hash: string): void {
    const saver = this.#host.saver();
    if (hash !== saver.hash) this.#looking = saver.look();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
