/** From a path to a notebook, or to a sentence that says why not and what to do. */
import { ProblemError } from '@atelier-ide/contract';
import { type NotebookProblem, type ParsedNotebook, readNotebook } from '@atelier-ide/core/notebook/read.ts';
import type { FileContent, FilesService } from '@/services/files/files-service.ts';
import { readOtherFormat } from '@atelier-ide/core/notebook/upgrade/other-formats.ts';
import type { FormatLock, OpenProblem } from './notebook-store.ts';

export type Opened =
  | {
      ok: true;
      notebook: ParsedNotebook;
      file: FileContent;
      notes: readonly string[];
      lock: FormatLock | null;
    }
  | { ok: false; problem: OpenProblem };

export async function openNotebook(files: FilesService, path: string, signal: AbortSignal): Promise<Opened> {
  let file: FileContent;
  try {
    file = await files.readText(path, signal);
  } catch (error) {
    return { ok: false, problem: readProblem(path, error) };
  }
  const result = readNotebook(file.text);
  if (!result.ok) return openOther(path, file, result.problem);
  const unreadable = result.notes.filter((note) => note.code === 'unreadable-cell').length;
  const notes = result.notes.flatMap((note) => (note.code === 'empty-file' ? [note.message] : []));
  if (unreadable > 0) {
    notes.push(
      unreadable === 1
        ? 'One cell could not be understood. Its text is shown and kept as it is.'
        : `${unreadable} cells could not be understood. Their text is shown and kept as it is.`,
    );
  }
  return { ok: true, notebook: result.notebook, file, notes, lock: newerMinor(result.notebook) };
}

/** Files of another format are shown and not edited. */
function openOther(path: string, file: FileContent, problem: NotebookProblem): Opened {
  const other = readOtherFormat(file.text);
  if (!other) return { ok: false, problem: formatProblem(path, problem) };
  const way = other.upgraded === null ? null : 'upgrade';
  return { ok: true, notebook: other.notebook, file, notes: [], lock: { format: other.format, way } };
}

/** Keys that a later 4.x knows are kept as they are, so it may be edited; but not without a word. */
function newerMinor({ document: { nbformat, nbformatMinor } }: ParsedNotebook): FormatLock | null {
  return nbformatMinor > KNOWN_MINOR ? { format: `${nbformat}.${nbformatMinor}`, way: 'edit' } : null;
}

const KNOWN_MINOR = 5;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function formatProblem(path: string, problem: NotebookProblem): OpenProblem {
  return {
    title: `${nameOf(path)} cannot be shown as a notebook`,
    detail: `${problem.message} The file is unchanged. Open it as text to see or mend it.`,
    canOpenAsText: true,
    canRetry: true,
    canDownload: true,
  };
}

function readProblem(path: string, error: unknown): OpenProblem {
  const name = nameOf(path);
  const base = { canOpenAsText: false, canRetry: true, canDownload: true };
  if (!(error instanceof ProblemError)) {
    return {
      ...base,
      title: `${name} could not be read`,
      detail: 'The server did not answer. The file is unchanged. Try again.',
    };
  }
  const { code, status, detail } = error.problem;
  if (code === 'not-text') return { ...base, title: `${name} is not a text file`, detail };
  if (status === 404) {
    return {
      ...base,
      canDownload: false,
      isGone: true,
      title: `${name} does not exist`,
      detail: 'It was moved, renamed or deleted. Look for it in the file browser.',
    };
  }
  if (status === 403) return { ...base, title: `You may not read ${name}`, detail };
  return { ...base, title: `${name} could not be read`, detail };
}
