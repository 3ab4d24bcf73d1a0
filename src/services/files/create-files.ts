import { problem, ProblemError } from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { ComputeService } from '../compute/compute-service.ts';
import type { DocumentsService } from '../documents/documents-service.ts';
import { encodePath } from '../origin.ts';
import type { SessionService } from '../session/session-service.ts';
import type { Gate } from '../studio-api/gate.ts';
import type { FileChange, FilesService, SaveCondition } from './files-service.ts';
import { createPlainFiles } from './plain-files.ts';
import { createAppRequest, isProblem, rootOf } from './requests.ts';
import { type SaveFence, withFence } from './save-fence.ts';
import { createStudioFiles } from './studio-files.ts';
import { nameOf } from './text.ts';

/**
 * Files of the user's home. Lists and content go over the backend's own endpoints where it offers them
 * (`files.page`, `files.cas`), else over Jupyter's contents API, which does everything else in both cases.
 */
export type FilesConfig = {
  gate: Gate;
  session: SessionService;
  compute: Pick<ComputeService, 'jupyterServer'>;
  log: LogService;
  xhr: () => XMLHttpRequest;
  /** The lease of a document that is open here. */
  leaseAt: DocumentsService['leaseAt'];
};

const textsOf = (before: string | undefined, after: string) =>
  before === undefined ? undefined : { before, after };
const encoded = (text: string) => new TextEncoder().encode(text);

/** Makes the files service; it takes the extension’s operations where they are offered, else Jupyter’s own. */
export function createFiles(config: FilesConfig): FilesService & Disposable {
  const { gate, session } = config;
  const changed = new Emitter<FileChange>((error) => config.log.error('A listener of files failed', error));
  const root = async () => rootOf(await config.compute.jupyterServer());
  const request = createAppRequest(gate, root);
  const studio = createStudioFiles({ gate, root, request, xhr: config.xhr });
  const plain = createPlainFiles(request);
  const reader = () => (session.has('files.page') ? studio : plain);
  const store = () => (session.has('files.cas') ? studio : plain);

  const contents = (path: string) => `api/contents/${encodePath(path)}`;
  const send = (path: string, method: string, body?: object) =>
    request(path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    });

  async function exists(path: string): Promise<boolean> {
    try {
      await request(`${contents(path)}?content=0`);
      return true;
    } catch (error) {
      if (isProblem(error, 404)) return false;
      throw error;
    }
  }

  const didWrite = (path: string, condition: SaveCondition) =>
    changed.fire({ kind: condition === 'new' ? 'created' : 'changed', path });

  return {
    onDidChange: changed.event,
    get isAtomic() {
      return session.has('files.cas');
    },
    list: (path, options = {}) => reader().list(path, options),
    readText: (path, signal) => store().readText(path, signal),
    readBlob: (path, signal) => store().readBlob(path, signal),
    async writeText(path, text, condition, before) {
      const texts = textsOf(before, text);
      const write = (fence: SaveFence) => store().write(path, encoded(text), condition, { fence, texts });
      const result = await withFence(config.leaseAt(path), write);
      didWrite(path, condition);
      return result;
    },
    checkpoint: async (path) => void (await send(`${contents(path)}/checkpoints`, 'POST')),
    async lastCheckpoint(path) {
      const response = await request(`${contents(path)}/checkpoints`);
      const all = (await response.json()) as { id: string; last_modified: string }[];
      const [newest] = all.toSorted((a, b) => b.last_modified.localeCompare(a.last_modified));
      return newest ? { id: newest.id, createdAt: newest.last_modified } : null;
    },
    async restoreCheckpoint(path, id) {
      await send(`${contents(path)}/checkpoints/${encodeURIComponent(id)}`, 'POST');
      changed.fire({ kind: 'changed', path });
    },
    async createFolder(path) {
      // Jupyter takes making a folder that is there for a success.
      if (await exists(path)) throw existsProblem(path);
      await send(contents(path), 'PUT', { type: 'directory' });
      changed.fire({ kind: 'created', path });
    },
    async rename(from, to) {
      try {
        await send(contents(from), 'PATCH', { path: to });
      } catch (error) {
        throw isProblem(error, 409) ? existsProblem(to) : error;
      }
      changed.fire({ kind: 'moved', from, to });
    },
    async remove(path) {
      await send(contents(path), 'DELETE');
      changed.fire({ kind: 'removed', path });
    },
    async upload(path, file, options) {
      await store().upload(path, file, options);
      didWrite(path, options.condition);
    },
    async downloadUrl(path) {
      return gate.origin.http(`${await root()}files/${encodePath(path)}?download=1`);
    },
    dispose: () => changed.dispose(),
  };
}

function existsProblem(path: string): ProblemError {
  return new ProblemError(
    problem('conflict', `${nameOf(path)} exists already. Nothing was changed. Choose another name.`, {
      path,
    }),
  );
}
