/** Draws charts of Vega and Vega-Lite; expressions are interpreted, never compiled, and nothing is loaded. */
import embed, { type Config, type EmbedOptions, type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import type { FrameTheme } from './protocol.ts';
import { shownTheme, themeEvent } from './show-theme.ts';

/** Resolves to what ends the chart. Drawn anew in other colours when the theme changes. */
export async function embedVega(
  element: HTMLElement,
  spec: VisualizationSpec,
  options: Pick<EmbedOptions, 'mode' | 'renderer'>,
): Promise<() => void> {
  let isOver = false;
  let last = Promise.resolve(await draw(element, spec, options));
  /** One after the other, or an older one may end up over a newer one. */
  const redraw = async (finish: () => void) => {
    if (isOver) return finish;
    const next = await draw(element, spec, options);
    finish();
    return next;
  };
  const follow = () => {
    last = last.then(redraw);
  };
  document.addEventListener(themeEvent, follow);
  return () => {
    isOver = true;
    document.removeEventListener(themeEvent, follow);
    void last.then((finish) => finish());
  };
}

async function draw(
  element: HTMLElement,
  spec: VisualizationSpec,
  options: Pick<EmbedOptions, 'mode' | 'renderer'>,
): Promise<() => void> {
  const theme = shownTheme();
  const { finalize } = await embed(element, structuredClone(spec), {
    ...options,
    // Saving and opening elsewhere are not for a frame that may do neither.
    actions: false,
    ast: true,
    expr: expressionInterpreter,
    config: colors(theme),
    tooltip: { theme: theme.isDark ? 'dark' : 'light' },
  });
  return finalize;
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
