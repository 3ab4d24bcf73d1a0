/**
 * Libraries that outputs name by the address of a public server and that are packaged here: their address is put in the
 * place of the public one, so that the output's own way of loading them works and nothing leaves this server.
 */
import bokeh from '@bokeh/bokehjs/build/js/bokeh.min.js?url';
import bokehApi from '@bokeh/bokehjs/build/js/bokeh-api.min.js?url';
import bokehGl from '@bokeh/bokehjs/build/js/bokeh-gl.min.js?url';
import bokehMathjax from '@bokeh/bokehjs/build/js/bokeh-mathjax.min.js?url';
import bokehTables from '@bokeh/bokehjs/build/js/bokeh-tables.min.js?url';
import bokehWidgets from '@bokeh/bokehjs/build/js/bokeh-widgets.min.js?url';
import type { EmbedOptions, VisualizationSpec } from 'vega-embed';
import plotly from 'plotly.js-strict-dist-min/plotly-strict.min.js?url';

const at = (path: string) => new URL(path, import.meta.url).href;

export const plotlyUrl = at(plotly);
/** What a document of Bokeh may be made of, each counting on the first. */
export const bokehUrls = [at(bokeh), at(bokehWidgets), at(bokehTables)];

const BOKEH: Readonly<Record<string, string>> = {
  bokeh: at(bokeh),
  'bokeh-api': at(bokehApi),
  'bokeh-gl': at(bokehGl),
  'bokeh-mathjax': at(bokehMathjax),
  'bokeh-tables': at(bokehTables),
  'bokeh-widgets': at(bokehWidgets),
};

/** Altair's HTML loads three libraries, then calls one function of theirs. Ours interprets what theirs compiles. */
function provideVega(): string {
  const root = globalThis as { vegaEmbed?: unknown };
  root.vegaEmbed ??= async (element: HTMLElement, spec: VisualizationSpec, options: EmbedOptions = {}) => {
    const { embedVega } = await import('./vega-embed.ts');
    const { mode = 'vega-lite', renderer = 'canvas' } = options;
    await embedVega(element, spec, { mode, renderer });
  };
  return URL.createObjectURL(new Blob([''], { type: 'text/javascript' }));
}

/** A text with the addresses of what is packaged. */
export function packagedText(text: string): string {
  if (!text.includes('https://cdn.')) return text;
  return text
    .replaceAll(
      /https:\/\/cdn\.jsdelivr\.net\/npm\/vega(?:-lite|-embed|-lib)?(?:@[\w.-]+)?(?:\?noext)?(?=["'])/g,
      provideVega,
    )
    .replaceAll(
      /https:\/\/cdn\.bokeh\.org\/bokeh\/\w+\/(bokeh(?:-[a-z]+)?)-\d[\w.-]*?(?:\.min)?\.js/g,
      (address, name: string) => BOKEH[name] ?? address,
    )
    .replaceAll(/https:\/\/cdn\.plot\.ly\/plotly-[\w.-]+?(?:\.min)?(?:\.js)?(?=["'])/g, plotlyUrl);
}

const loading = new Map<string, Promise<void>>();

/** Loads a packaged script once. */
export function loadPackaged(url: string): Promise<void> {
  const known = loading.get(url);
  if (known) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.crossOrigin = 'anonymous';
    script.src = url;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error('Its library could not be loaded.')));
    document.head.append(script);
  });
  loading.set(url, loaded);
  loaded.catch(() => loading.delete(url));
  return loaded;
}
