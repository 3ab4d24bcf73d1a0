/** How the run of a cell ended, for those who do not see it: its state, and its result where that is short. */
import type { NotebookCell, Output } from '@atelier-ide/core/notebook/model.ts';
import { outputText } from '../find/output-text.ts';
import type { CellRun } from '../session/notebook-store.ts';

/** More is read in the output itself. */
const MAX_TEXT = 200;

const WORDS: Readonly<Record<string, string>> = {
  done: 'is done',
  error: 'failed',
  'kernel-died': 'failed: the kernel ended',
  unknown: 'has an unknown result',
};

/** "Cell 3 is done: 42"; null where there is nothing to say. */
export function endWords(n: number, cell: NotebookCell | undefined, run: CellRun): string | null {
  const { state } = run.execution;
  const outputs = cell?.outputs ?? [];
  const error = outputs.findLast((one) => one.output_type === 'error');
  if (error && state !== 'done') {
    const what = error.evalue === '' ? '' : `: ${error.evalue}`;
    return short(`Cell ${n} failed with ${error.ename}${what}`);
  }
  const words = WORDS[state];
  if (words === undefined) return null;
  const result = state === 'done' ? resultOf(outputs) : null;
  return `Cell ${n} ${words}${result ?? '.'}`;
}

function resultOf(outputs: readonly Output[]): string | null {
  const [only] = outputs;
  if (!only) return null;
  if (outputs.length > 1) return `, with ${outputs.length} outputs.`;
  const text = sizeOf(only) > MAX_TEXT * 20 ? '' : outputText(only).trim();
  return text !== '' && text.length <= MAX_TEXT ? `: ${text}` : ', with output.';
}

/** Asked before any of it is read: it may be long. */
function sizeOf(output: Output): number {
  if (output.output_type === 'stream') return output.text.length;
  if (!('data' in output)) return 0;
  const text = output.data['text/html'] ?? output.data['text/plain'] ?? '';
  return typeof text === 'string' ? text.length : 0;
}

const short = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
