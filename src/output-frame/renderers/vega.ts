import type { VisualizationSpec } from 'vega-embed';
import type { FrameRenderer } from '../protocol.ts';
import { embedVega } from '../vega-embed.ts';

/** Charts of Vega and Vega-Lite, of every version. */
export const vegaRenderer: FrameRenderer = {
  mimes: (mime) => /^application\/vnd\.vega(?:lite)?\.v/.test(mime),
  async render(host, { mime, data, metadata }, { signal }) {
    const element = document.createElement('div');
    host.append(element);
    const end = await embedVega(element, data as VisualizationSpec, {
      mode: mime.includes('vegalite') ? 'vega-lite' : 'vega',
      renderer: wantsSvg(metadata[mime]) ? 'svg' : 'canvas',
    });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  },
};

function wantsSvg(options: unknown): boolean {
  const embedOptions = (options as { embed_options?: { renderer?: unknown } } | undefined)?.embed_options;
  return embedOptions?.renderer === 'svg';
}
