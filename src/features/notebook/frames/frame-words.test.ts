import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { frameWords } from './frame-words.ts';

const PLOTLY = 'application/vnd.plotly.v1+json';
const VEGA = 'application/vnd.vegalite.v5+json';
const output = (data: RichOutput['data']): RichOutput => ({
  output_type: 'display_data',
  metadata: {},
  data,
});

describe('words for what is in a frame [Q7]', () => {
  it('tell the title of a chart and what is drawn in it', () => {
    const figure = {
      data: [{ type: 'bar' }, { x: [1] }, { type: 'bar' }],
      layout: { title: { text: 'Sales' } },
    };
    expect(frameWords(output({ [PLOTLY]: figure }), PLOTLY, 3)).toBe(
      'Plotly chart, output of cell 3. Sales. 2 bar, 1 scatter.',
    );
    const spec = { title: 'Heights', description: 'By age', mark: 'bar' };
    expect(frameWords(output({ [VEGA]: spec, 'text/plain': 'alt.Chart(...)' }), VEGA, 1)).toBe(
      'Vega chart, output of cell 1. Heights. By age. alt.Chart(...).',
    );
  });

  it('say what they can of what has no shape that they know', () => {
    expect(frameWords(output({ [PLOTLY]: 'broken' }), PLOTLY, 2)).toBe('Plotly chart, output of cell 2.');
    expect(frameWords(output({ 'text/html': '<script></script>' }), 'text/html', 2)).toBe(
      'Interactive output, output of cell 2.',
    );
  });
});
