import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { OutputItem } from './OutputItem.tsx';

const chart: RichOutput = {
  output_type: 'display_data',
  metadata: {},
  data: { 'application/vnd.plotly.v1+json': {}, 'text/plain': 'the words' },
};

it('what needs script says so, unless somebody says why it could not be run [J2]', () => {
  const props = { output: chart, view: undefined, title: 'Output of cell 1', label: '', isFree: false };
  const { container, rerender } = render(<OutputItem {...props} />);
  expect(container.textContent).toContain('This output needs scripts, which are not run.');
  rerender(<OutputItem {...props} isExplained />);
  expect(container.textContent).toBe('the words');
});
