/** Why a save failed, in words: what it is, what is kept, what to do. */
import { ProblemError } from '@atelier-ide/contract';

export type SaveFailure = {
  title: string;
  fact: string;
  /** What to do, or what happens by itself. */
  remedy: string;
  raw?: string;
  /** It may go by itself: the save is tried again. What the server refused stays refused until something is done. */
  retries: boolean;
};

/** The words for a failed save of the file called `name`; what is kept is said by `failureWords`. */
export function saveFailure(name: string, error: unknown): SaveFailure {
  const title = `${name} was not saved`;
  const raw = error instanceof Error ? { raw: error.message } : {};
  return { title, ...raw, ...reasonOf(error) };
}

function reasonOf(error: unknown): Pick<SaveFailure, 'fact' | 'remedy' | 'retries'> {
  if (!(error instanceof ProblemError)) {
    const remedy = 'They are saved as soon as the server answers.';
    return { fact: 'The server did not answer.', remedy, retries: true };
  }
  const { status, code, detail } = error.problem;
  if (status === 401) {
    const remedy = 'They are saved after you have signed in again.';
    return { fact: 'The session expired.', remedy, retries: true };
  }
  if (code === 'disk-full') {
    const remedy = 'Delete files: the save is tried again by itself.';
    return { fact: 'The disk is full.', remedy, retries: true };
  }
  if (status === 413) {
    const isBehind = error.problem['upstream'] === true;
    const fact = isBehind ? detail : 'The file is larger than the server or a proxy takes.';
    return { fact, remedy: 'Clear large outputs, or download it.', retries: false };
  }
  const fact = detail.replace(/(?<![.!?])$/, '.');
  if (status === 403) {
    return { fact, remedy: 'Retry once the file may be written, or download your edits.', retries: false };
  }
  const retries = status >= 500;
  return {
    fact,
    remedy: retries ? 'The save is tried again by itself.' : 'Retry, or download them.',
    retries,
  };
}

/**
 * The sentences below the title. Whether the browser keeps the edits may change while the failure is in sight.
 *
 * @param failure without `remedy` where it is not about edits
 */
export function failureWords({ fact, remedy }: { fact: string; remedy?: string }, isKept: boolean): string {
  if (remedy === undefined) return fact;
  const kept = isKept
    ? 'Your edits are kept in this browser.'
    : 'Your edits are only on this page, so keep it open.';
  return `${fact} ${kept} ${remedy}`;
}
