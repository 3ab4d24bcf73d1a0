import { loadPackaged, plotlyUrl } from '../packaged-libraries.ts';
import type { FrameRenderer, FrameTheme } from '../protocol.ts';
import { shownTheme, themeEvent } from '../show-theme.ts';

type Figure = {
  data?: unknown[];
  layout?: Record<string, unknown>;
  config?: Record<string, unknown>;
  frames?: unknown[];
};

type Plotly = {
  newPlot(element: HTMLElement, figure: Required<Figure>): Promise<unknown>;
  purge(element: HTMLElement): void;
  relayout(element: HTMLElement, changes: Record<string, unknown>): Promise<unknown>;
  Plots: { resize(element: HTMLElement): Promise<unknown> };
};

/** Figures of plotly. Without colours of their own they take those of the page. */
export const plotlyRenderer: FrameRenderer = {
  mimes: (mime) => mime.startsWith('application/vnd.plotly.'),
  async render(host, { data }, { signal, theme }) {
    const { data: traces = [], layout = {}, config = {}, frames = [] } = (data ?? {}) as Figure;
    await loadPackaged(plotlyUrl);
    const { Plotly: plotly } = globalThis as unknown as { Plotly?: Plotly };
    if (!plotly) throw new Error('plotly could not be started.');
    if (signal.aborted) return;
    const element = document.createElement('div');
    host.append(element);
    const isPlain = layout['paper_bgcolor'] === undefined && !hasColors(layout['template']);
    await plotly.newPlot(element, {
      data: traces,
      layout: isPlain ? { ...layout, template: templateOf(theme) } : layout,
      config: { displaylogo: false, showSendToCloud: false, plotlyServerURL: '', ...config },
      frames,
    });
    signal.addEventListener('abort', () => plotly.purge(element));
    const recolor = () => void plotly.relayout(element, { template: templateOf(shownTheme()) });
    if (isPlain) document.addEventListener(themeEvent, recolor, { signal });
    if (layout['width'] !== undefined) return;
    let { width } = element.getBoundingClientRect();
    const sizes = new ResizeObserver(() => {
      const now = element.getBoundingClientRect().width;
      if (now === width || now === 0) return;
      width = now;
      void plotly.Plots.resize(element);
    });
    sizes.observe(element);
    signal.addEventListener('abort', () => sizes.disconnect());
  },
};

const hasColors = (template: unknown) =>
  (template as { layout?: Record<string, unknown> } | undefined)?.layout?.['paper_bgcolor'] !== undefined;

/** A figure without colours of its own is drawn in those of the page; one with keeps them, and its own ground. */
function templateOf({ tokens }: FrameTheme): Record<string, unknown> {
  const line = tokens['--at-line-strong'];
  const axis = { gridcolor: tokens['--at-line'], linecolor: line, zerolinecolor: line };
  return {
    layout: {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { color: tokens['--at-text'] },
      xaxis: axis,
      yaxis: axis,
    },
  };
}
