/** What is drawn in a frame, in words: what a library says of it, and what its own description holds of a chart. */
import type { JsonValue, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { kindOf } from './script-form.ts';

const MAX_WORDS = 2_000;

/** "Plotly chart, output of cell 3. Sales. 2 bar, 1 scatter." */
export function frameWords(output: RichOutput, mime: string, n: number): string {
  const plain = output.data['text/plain'];
  const own = /plotly/.test(mime) ? plotlyWords(output.data[mime]) : vegaWords(mime, output.data[mime]);
  const parts = [`${kindOf(mime)}, output of cell ${n}`, ...own];
  if (typeof plain === 'string') parts.push(plain.slice(0, MAX_WORDS));
  return `${parts.join('. ')}.`;
}

function plotlyWords(figure: JsonValue | undefined): string[] {
  const traces = field(figure, 'data');
  const counts = new Map<string, number>();
  for (const trace of Array.isArray(traces) ? traces : []) {
    const type = textOf(field(trace, 'type')) ?? 'scatter';
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const drawn = [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
  return [titleOf(field(figure, 'layout')), drawn].filter((one) => one !== null && one !== '') as string[];
}

function vegaWords(mime: string, spec: JsonValue | undefined): string[] {
  if (!/vega/.test(mime)) return [];
  return [titleOf(spec), textOf(field(spec, 'description'))].filter((one) => one !== null);
}

function titleOf(chart: JsonValue | undefined): string | null {
  const title = field(chart, 'title');
  return textOf(title) ?? textOf(field(title, 'text'));
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, JsonValue>)[name]
    : undefined;
}

const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
