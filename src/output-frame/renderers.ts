/** Which code draws which MIME type. Each library is loaded when its first output comes. */
import type { FrameRenderer } from './protocol.ts';

type Entry = { mimes: RegExp; load: () => Promise<FrameRenderer> };

const entries: readonly Entry[] = [
  { mimes: /^text\/html$/, load: async () => (await import('./renderers/html.ts')).htmlRenderer },
  {
    mimes: /^(?:application|text)\/javascript$/,
    load: async () => (await import('./renderers/javascript.ts')).javascriptRenderer,
  },
  {
    mimes: /^application\/vnd\.plotly\.v\d+\+json$/,
    load: async () => (await import('./renderers/plotly.ts')).plotlyRenderer,
  },
  {
    mimes: /^application\/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*[+.]json$/,
    load: async () => (await import('./renderers/vega.ts')).vegaRenderer,
  },
  {
    mimes: /^application\/vnd\.bokehjs_(?:load|exec)\.v0\+json$/,
    load: async () => (await import('./renderers/bokeh.ts')).bokehRenderer,
  },
];

/** The renderer of a type; without one the page shows another form. */
export async function rendererFor(mime: string): Promise<FrameRenderer> {
  const entry = entries.find(({ mimes }) => mimes.test(mime));
  if (!entry) throw new Error(`There is no view for ${mime}.`);
  return entry.load();
}
