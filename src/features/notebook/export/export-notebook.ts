/** What is made of a notebook when it leaves the editor. Loaded with the first export. */
import { isJsonObject, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import type { Services } from '@/services/services.ts';
import { NO_RESULT } from '../document/cell-edits.ts';
import { cellsOf, documentOf } from '../document/notebook-model.ts';
import { FileFinder } from '../html/file-finder.ts';
import { createSanitizer } from '../html/sanitize.ts';
import { saveFile } from '@/ui/save-file.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { scriptLanguage } from './languages.ts';
import { markdownText } from './markdown-text.ts';
import { notebookPage, type PageOptions } from './notebook-page.ts';
import { showPrintView } from './print-view.ts';
import { scriptText } from './script-text.ts';
import { zipFile } from './zip-file.ts';

export type ExportFormat = 'notebook' | 'without-outputs' | 'script' | 'html' | 'markdown';

/** Gives the notebook as it is now to the person as a file. */
export async function exportNotebook(
  session: NotebookSession,
  services: Services,
  format: ExportFormat,
): Promise<void> {
  const name = baseName(session.path);
  switch (format) {
    case 'notebook':
      return save(`${name}.ipynb`, session.saver.currentText(), 'application/x-ipynb+json');
    case 'without-outputs':
      return save(`${name}.ipynb`, textWithoutOutputs(session), 'application/x-ipynb+json');
    case 'script': {
      const { language, extension, comment } = languageOf(session);
      const text = scriptText(cells(session), language, { comment });
      return save(`${name}${extension}`, text, 'text/plain;charset=utf-8');
    }
    case 'html':
      return save(
        `${name}.html`,
        await notebookPage(pageOptions(session, services)),
        'text/html;charset=utf-8',
      );
    case 'markdown':
      return saveMarkdown(session, name);
  }
}

/** Lets the browser print all cells. */
export async function printNotebook(session: NotebookSession, services: Services): Promise<void> {
  const view = await showPrintView(pageOptions(session, services));
  window.addEventListener('afterprint', () => view.dispose(), { once: true });
  window.print();
}

function save(name: string, text: string, type: string): void {
  saveFile(name, new Blob([text], { type }));
}

function saveMarkdown(session: NotebookSession, name: string): void {
  const sanitizer = createSanitizer(window);
  const { text, files } = markdownText({
    cells: cells(session),
    language: languageOf(session).language,
    folder: `${name}_files`,
    sanitize(html) {
      // In a document of its own, pictures of foreign HTML do not load.
      const box = document.implementation.createHTMLDocument('').body;
      box.append(sanitizer.sanitize(html).fragment);
      return box.innerHTML;
    },
  });
  if (files.length === 0) return save(`${name}.md`, text, 'text/markdown;charset=utf-8');
  const entry = { name: `${name}.md`, data: new TextEncoder().encode(text) };
  saveFile(`${name}.zip`, new Blob([zipFile([entry, ...files])], { type: 'application/zip' }));
}

/** The file without anything that a kernel wrote; everything else is as it is. */
export function textWithoutOutputs({ saver, store }: NotebookSession): string {
  const { parsed } = saver;
  if (!parsed) return '';
  const document = documentOf(store.getState());
  const bare = (cell: NotebookCell): NotebookCell =>
    cell.type === 'code' && (cell.outputs.length > 0 || cell.executionCount !== null)
      ? { ...cell, ...NO_RESULT }
      : cell;
  return writeNotebook(parsed, { ...document, cells: document.cells.map(bare) });
}

const cells = ({ store }: NotebookSession): NotebookCell[] => cellsOf(store.getState());

function languageOf({ store }: NotebookSession) {
  const { language, metadata } = store.getState();
  const info = metadata['language_info'];
  const { name, file_extension: told } = isJsonObject(info) ? info : {};
  return {
    language,
    ...scriptLanguage(language, name === language && typeof told === 'string' ? told : undefined),
  };
}

function pageOptions(session: NotebookSession, { files }: Services): PageOptions {
  const finder = new FileFinder(files);
  const { path } = session;
  return {
    title: baseName(path),
    cells: cells(session),
    language: languageOf(session).language,
    folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
    sanitizer: createSanitizer(window),
    async readFile(file) {
      try {
        return (await finder.has(file)) ? await files.readBlob(file) : null;
      } catch {
        // Not to be read: its place says which it was.
        return null;
      }
    },
  };
}

/** `a/b/plan.ipynb` → `plan`. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/i, '');
}
