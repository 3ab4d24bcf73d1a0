import { isWholeDocument } from '@atelier-ide/core/outputs/html-kinds.ts';
import { makeFunctions } from '../make-functions.ts';
import { asText } from '../output-text.ts';
import type { FrameRenderer } from '../protocol.ts';
import { insertMarkup } from '../run-scripts.ts';

/** HTML with its scripts. A whole document, alone in its frame, becomes that frame's document. */
export const htmlRenderer: FrameRenderer = {
  mimes: (mime) => mime === 'text/html',
  async render(host, { data }, { signal }) {
    const html = asText(data);
    const inert = new DOMParser().parseFromString(html, 'text/html');
    const markup = document.createDocumentFragment();
    if (isWholeDocument(html) && document.body.dataset['isolated'] === 'true')
      for (const { name, value } of inert.body.attributes)
        if (name !== 'id') document.body.setAttribute(name, value);
    markup.append(...inert.head.childNodes, ...inert.body.childNodes);
    for (const one of markup.querySelectorAll('title, base, meta')) one.remove();
    if (html.includes('Bokeh')) makeFunctions();
    await insertMarkup(host, document.adoptNode(markup), signal);
  },
};
