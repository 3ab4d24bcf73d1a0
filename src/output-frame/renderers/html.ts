import { asText } from '../output-text.ts';
import type { FrameRenderer } from '../protocol.ts';
import { insertMarkup } from '../run-scripts.ts';

const isWhole = (html: string) => /^\s*(?:<!--[^]*?-->\s*)*<(?:!doctype|html)\b/i.test(html);

/** HTML with its scripts. A whole document, alone in its frame, becomes that frame's document. */
export const htmlRenderer: FrameRenderer = {
  mimes: (mime) => mime === 'text/html',
  async render(host, { data }, { signal }) {
    const html = asText(data);
    const inert = new DOMParser().parseFromString(html, 'text/html');
    const markup = document.createDocumentFragment();
    if (isWhole(html)) {
      for (const { name, value } of inert.body.attributes)
        if (document.body.dataset['isolated'] === 'true' && name !== 'id')
          document.body.setAttribute(name, value);
      markup.append(...inert.head.childNodes);
    } else markup.append(...inert.head.childNodes);
    markup.append(...inert.body.childNodes);
    for (const one of markup.querySelectorAll('title, base, meta')) one.remove();
    await insertMarkup(host, document.adoptNode(markup), signal);
  },
};
