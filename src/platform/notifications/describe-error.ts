import { ProblemError } from '@atelier-ide/contract';

/** An error in words for people. */
export type ErrorWords = {
  /** What to do, in a sentence. */
  detail?: string;
  /** Text of the system, folded under Details. */
  raw?: string;
};

/** What a person is told about an error: the server's words, or none where there is only text of a program. */
export function describeError(error: unknown): ErrorWords {
  if (error instanceof ProblemError) {
    const { title, detail, code, status } = error.problem;
    const isTold = detail.trim() !== '';
    return { detail: isTold ? detail : `${title}.`, raw: `${code}, HTTP ${status}: ${title}` };
  }
  // What browsers throw when no answer came; each has its own words for it.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return { detail: 'The server cannot be reached. Try again when it answers.', raw: error.message };
  }
  if (error instanceof Error) return { raw: `${error.name}: ${error.message}` };
  return { raw: typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error)) };
}
