/** Draws charts of Vega and Vega-Lite; expressions are interpreted, never compiled, and nothing is loaded. */
import embed, { type Config, type EmbedOptions, type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import type { FrameTheme } from './protocol.ts';

/** Resolves to what ends the chart. */
export async function embedVega(
  element: HTMLElement,
  spec: VisualizationSpec,
  options: Pick<EmbedOptions, 'mode' | 'renderer'> & { theme: FrameTheme },
): Promise<() => void> {
  const { theme, ...rest } = options;
  const { finalize } = await embed(element, spec, {
    ...rest,
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
