import type { Config, VisualizationSpec } from 'vega-embed';
import type { FrameRenderer, FrameTheme } from '../protocol.ts';

/** Charts of Vega and Vega-Lite, of every version; expressions are interpreted, never compiled. */
export const vegaRenderer: FrameRenderer = {
  mimes: (mime) => /^application\/vnd\.vega(?:lite)?\.v/.test(mime),
  async render(host, { mime, data, metadata }, { signal, theme }) {
    const [{ default: embed }, { expressionInterpreter }] = await Promise.all([
      import('vega-embed'),
      import('vega-interpreter'),
    ]);
    if (signal.aborted) return;
    const element = document.createElement('div');
    host.append(element);
    const { finalize } = await embed(element, structuredClone(data) as VisualizationSpec, {
      mode: mime.includes('vegalite') ? 'vega-lite' : 'vega',
      renderer: wantsSvg(metadata[mime]) ? 'svg' : 'canvas',
      // Saving and opening elsewhere are not for a frame that may do neither.
      actions: false,
      ast: true,
      expr: expressionInterpreter,
      config: colors(theme),
      // Nothing is loaded from elsewhere: data comes with the chart.
      tooltip: { theme: theme.isDark ? 'dark' : 'light' },
    });
    signal.addEventListener('abort', () => finalize());
  },
};

function wantsSvg(options: unknown): boolean {
  const embedOptions = (options as { embed_options?: { renderer?: unknown } } | undefined)?.embed_options;
  return embedOptions?.renderer === 'svg';
}

/** What the chart itself says wins. */
function colors({ tokens }: FrameTheme): Config {
  const text = tokens['--at-text'] ?? '#000000';
  const quiet = tokens['--at-text-2'] ?? text;
  const line = tokens['--at-line'] ?? text;
  const strong = tokens['--at-line-strong'] ?? text;
  return {
    background: 'transparent',
    style: { 'guide-label': { fill: quiet }, 'guide-title': { fill: text }, 'group-title': { fill: text } },
    title: { color: text, subtitleColor: quiet },
    axis: { domainColor: strong, gridColor: line, tickColor: strong },
    view: { stroke: line },
  } as Config;
}
