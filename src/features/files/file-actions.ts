import { newNotebookText } from '@atelier-ide/core/notebook/new-notebook.ts';
import { problem, ProblemError } from '@atelier-ide/contract';
import { writeNew } from '@/services/files/write-new.ts';
import { copyName, freeName, isWithin, joinPath, nameOf, nameProblem, parentOf } from './file-names.ts';
import type { FilesModel } from './files-model.ts';

/**
 * What a person does with files. Each failure is told once, with what was kept; nothing is overwritten unasked.
 */
export class FileActions {
  readonly #model: FilesModel;

  constructor(model: FilesModel) {
    this.#model = model;
  }

  /** Opens a file in a tab, or goes into a folder. */
  open(path: string): void {
    const entry = this.#model.store.getState().entries[path];
    if (entry?.type === 'directory') void this.#model.goTo(path);
    else this.#services.tabs.openPath(path);
  }

  /** Makes a folder or text file with a free name in the current folder and lets its name be typed. */
  async create(kind: 'folder' | 'file'): Promise<void> {
    await this.#told(`The ${kind} was not made`, async () => {
      const path = this.#free(
        kind === 'folder' ? 'untitled-folder' : 'untitled',
        kind === 'folder' ? '' : '.txt',
      );
      if (kind === 'folder') await this.#services.files.createFolder(path);
      else await this.#services.files.writeText(path, '', 'new');
      await this.#model.read(parentOf(path));
      this.#model.select([path]);
      this.#model.store.setState({ renaming: { path, isNew: kind === 'file' } });
    });
  }

  /** `willOpen`: it is made, and its tab is about to come. */
  async createNotebook(willOpen: () => void = () => undefined): Promise<void> {
    await this.#told('The notebook was not made', async () => {
      const names = { base: 'Untitled', extension: '.ipynb' };
      const text = newNotebookText(crypto.randomUUID().slice(0, 8));
      const { folder } = this.#model.store.getState();
      const path = await writeNew(this.#services.files, folder, names, text);
      willOpen();
      this.#services.tabs.openPath(path);
    });
  }

  startRenaming(path: string): void {
    this.#model.store.setState({ renaming: { path, isNew: false } });
  }

  cancelRenaming(): void {
    this.#model.store.setState({ renaming: null });
  }

  /** What is wrong with `name` for the file being renamed, or null. */
  renameProblem(path: string, name: string): string | null {
    const taken = new Set(this.#model.namesIn(parentOf(path)));
    taken.delete(nameOf(path));
    return nameProblem(name, taken);
  }

  async rename(path: string, name: string): Promise<void> {
    const isNew = this.#model.store.getState().renaming?.isNew === true;
    this.cancelRenaming();
    const to = joinPath(parentOf(path), name);
    if (to !== path) {
      const done = await this.#told(`${nameOf(path)} was not renamed`, () =>
        this.#services.documents.move(path, to),
      );
      if (!done) return;
      await this.#model.read(parentOf(to));
      this.#model.select([to]);
    }
    if (isNew) this.open(to);
  }

  async remove(paths: readonly string[]): Promise<void> {
    const only = paths[0];
    if (only === undefined) return;
    const what = paths.length === 1 ? nameOf(only) : `${paths.length} items`;
    const isWanted = await this.#services.dialogs.confirm({
      title: `Delete ${what}?`,
      detail: 'It goes to the bin of your home folder.',
      confirmLabel: `Delete ${what}`,
      danger: true,
      ...(paths.length > 1 ? { items: paths.map(nameOf) } : {}),
    });
    if (!isWanted) return;
    for (const path of paths)
      await this.#told(`${nameOf(path)} was not deleted`, () => this.#services.files.remove(path));
  }

  /** Cut and copy keep paths; paste moves or copies them into the current folder. */
  hold(paths: readonly string[], isCut: boolean): void {
    this.#model.store.setState({ clipboard: { paths, isCut } });
  }

  async paste(folder: string): Promise<void> {
    const { clipboard } = this.#model.store.getState();
    if (!clipboard) return;
    for (const path of clipboard.paths) {
      if (clipboard.isCut && isWithin(folder, path)) {
        this.#services.notifications.error(
          `${nameOf(path)} was not moved`,
          new ProblemError(problem('impossible', 'A folder cannot move into itself. Choose another folder.')),
        );
      } else if (clipboard.isCut) {
        await this.#told(`${nameOf(path)} was not moved`, () =>
          this.#services.documents.move(path, joinPath(folder, nameOf(path))),
        );
      } else {
        await this.#copy(path, folder);
      }
    }
    if (clipboard.isCut) this.#model.store.setState({ clipboard: null });
  }

  async duplicate(path: string): Promise<void> {
    await this.#copy(path, parentOf(path));
  }

  async download(path: string): Promise<void> {
    await this.#told(`${nameOf(path)} was not downloaded`, async () => {
      const link = document.createElement('a');
      link.href = await this.#services.files.downloadUrl(path);
      link.download = nameOf(path);
      link.click();
    });
  }

  async copyPath(path: string): Promise<void> {
    await this.#told('The path was not copied', () => navigator.clipboard.writeText(path));
  }

  async upload(files: readonly File[], folder: string): Promise<void> {
    await Promise.all(files.map((file) => this.#uploadOne(file, folder)));
  }

  async #uploadOne(file: File, folder: string): Promise<void> {
    const path = joinPath(folder, file.name);
    const id = `${path}-${Date.now()}`;
    const controller = new AbortController();
    const send = (condition: 'new' | 'any') =>
      this.#services.files.upload(path, file, {
        condition,
        signal: controller.signal,
        onProgress: (sent) => this.#patchUpload(id, { sent }),
      });
    const { uploads } = this.#model.store.getState();
    const upload = { id, name: file.name, sent: 0, size: file.size, state: 'running' as const, reason: null };
    this.#model.store.setState({ uploads: [...uploads, upload] });
    try {
      await send('new');
    } catch (error) {
      const isThere = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      if (!isThere) {
        this.#patchUpload(id, {
          state: 'failed',
          reason: error instanceof ProblemError ? error.problem.detail : String(error),
        });
        return;
      }
      const isWanted = await this.#services.dialogs.confirm({
        title: `Replace ${file.name}?`,
        detail: 'A file of this name is in the folder. Its content is replaced by the upload.',
        confirmLabel: `Replace ${file.name}`,
        danger: true,
      });
      if (isWanted) await this.#told(`${file.name} was not uploaded`, () => send('any'));
    }
    this.dismissUpload(id);
  }

  dismissUpload(id: string): void {
    const { uploads } = this.#model.store.getState();
    this.#model.store.setState({ uploads: uploads.filter((upload) => upload.id !== id) });
  }

  #patchUpload(id: string, change: { sent?: number; state?: 'failed'; reason?: string }): void {
    const { uploads } = this.#model.store.getState();
    this.#model.store.setState({
      uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)),
    });
  }

  async #copy(path: string, folder: string): Promise<void> {
    const entry = this.#model.store.getState().entries[path];
    await this.#told(`${nameOf(path)} was not copied`, async () => {
      if (entry?.type === 'directory')
        throw new Error('Folders cannot be copied here yet. Use cp -r in the system terminal.');
      await this.#model.read(folder);
      const taken = this.#model.namesIn(folder);
      const name = taken.has(nameOf(path)) ? copyName(nameOf(path), taken) : nameOf(path);
      const blob = await this.#services.files.readBlob(path);
      const options = {
        condition: 'new' as const,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      };
      await this.#services.files.upload(joinPath(folder, name), blob, options);
    });
  }

  #free(base: string, extension: string): string {
    const { folder } = this.#model.store.getState();
    return joinPath(folder, freeName(base, extension, this.#model.namesIn(folder)));
  }

  get #services() {
    return this.#model.services;
  }

  /** Runs it; a failure becomes one notification and the answer false. */
  async #told(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#services.notifications.error(what, error);
      return false;
    }
  }
}
