/**
 * A notebook on paper: all cells in a tree of their own over the page, which alone is printed, and light whatever the
 * theme. The editor cannot be printed: it has only the cells in sight.
 */
import { toDisposable, type Disposable } from '@/base/disposable.ts';
import { notebookMain, type PageOptions } from './notebook-page.ts';
import { pageStyle } from './page-style.ts';
import './print.css';

/** Puts it there; it goes when it is disposed of. */
export async function showPrintView(options: PageOptions): Promise<Disposable> {
  const main = await notebookMain(options, document);
  const host = document.createElement('div');
  host.className = 'at-print';
  const root = host.attachShadow({ mode: 'open' });
  const style = document.createElement('style');
  style.textContent = pageStyle;
  const page = document.createElement('div');
  page.className = 'page';
  page.append(main);
  root.append(style, page);
  const { title } = document;
  document.body.append(host);
  document.documentElement.classList.add('at-printing');
  // Browsers offer the title as the name of the file.
  document.title = options.title;
  await Promise.all([...root.querySelectorAll('img')].map((image) => image.decode().catch(() => undefined)));
  return toDisposable(() => {
    host.remove();
    document.documentElement.classList.remove('at-printing');
    document.title = title;
  });
}
