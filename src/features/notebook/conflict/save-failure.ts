/** Why a save failed, in words: what it is, what is kept, what to do. */
import { ProblemError } from '@atelier-ide/contract';

export type SaveFailure = {
  title: string;
  detail: string;
  raw?: string;
  /** It may go by itself: the save is tried again. What the server refused stays refused until something is done. */
  retries: boolean;
};

const KEPT = 'Your edits are kept in this browser.';

/** The words for a failed save of the file called `name`. */
export function saveFailure(name: string, error: unknown): SaveFailure {
  const title = `${name} was not saved`;
  const raw = error instanceof Error ? { raw: error.message } : {};
  if (!(error instanceof ProblemError)) {
    return {
      title,
      detail: `The server did not answer. ${KEPT} They are saved as soon as it does.`,
      ...raw,
      retries: true,
    };
  }
  const { status, code, detail } = error.problem;
  const fact = detail.replace(/(?<![.!?])$/, '.');
  if (status === 401) {
    const words = `The session expired. ${KEPT} They are saved after you have signed in again.`;
    return { title, detail: words, ...raw, retries: true };
  }
  if (code === 'disk-full') {
    const words = `The disk is full. ${KEPT} Delete files: the save is tried again by itself.`;
    return { title, detail: words, ...raw, retries: true };
  }
  if (status === 413) {
    const words = `The file is larger than the server or a proxy takes. ${KEPT} Clear large outputs, or download it.`;
    return { title, detail: words, ...raw, retries: false };
  }
  if (status === 403) {
    return {
      title,
      detail: `${fact} ${KEPT} Save again after that, or download them.`,
      ...raw,
      retries: false,
    };
  }
  const retries = status >= 500;
  const then = retries ? 'The save is tried again by itself.' : 'Save again, or download them.';
  return { title, detail: `${fact} ${KEPT} ${then}`, ...raw, retries };
}
