import { type NotebookJson, notebookOf } from '../pages/notebook-page.ts';

/** A notebook of about this many bytes, all in outputs. */
export function largeNotebook(bytes: number, ...sources: readonly string[]): string {
  const notebook = JSON.parse(notebookOf(...sources)) as NotebookJson;
  const line = (at: number) => `${String(at).padStart(12, '0')} ${'ä'.repeat(40)}\n`;
  const [first] = notebook.cells;
  if (first) {
    const text = Array.from({ length: bytes / 97 }, (_, at) => line(at));
    first.outputs = [{ output_type: 'stream', name: 'stdout', text }];
  }
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
