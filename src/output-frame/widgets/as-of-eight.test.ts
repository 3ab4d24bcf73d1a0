import { expect, it } from 'vitest';
import { asOfEight, isOfSeven } from './as-of-eight.ts';

it('knows the packages of ipywidgets 7 by their versions', () => {
  expect(isOfSeven('@jupyter-widgets/controls', '1.5.0')).toBe(true);
  expect(isOfSeven('@jupyter-widgets/base', '1.2.0')).toBe(true);
  expect(isOfSeven('@jupyter-widgets/controls', '2.0.0')).toBe(false);
  expect(isOfSeven('jupyter-matplotlib', '1.0.0')).toBe(false);
  // The same in both.
  expect(isOfSeven('@jupyter-widgets/output', '1.0.0')).toBe(false);
});

it('titles of accordions and tabs, tooltips, borders and overflow of ipywidgets 7 are those of 8 [J4]', () => {
  const titles = { 0: 'First', 2: 'Third' };
  expect(asOfEight({ _titles: titles, selected_index: 1 })).toEqual({
    titles: ['First', '', 'Third'],
    selected_index: 1,
  });
  expect(asOfEight({ _titles: {} })).toEqual({ titles: [] });
  expect(asOfEight({ description_tooltip: 'how', value: 3 })).toEqual({ tooltip: 'how', value: 3 });
  expect(asOfEight({ description_tooltip: null, tooltip: 'own' })).toEqual({ tooltip: 'own' });
  expect(asOfEight({ border: '1px solid', width: '3px' })).toEqual({
    border_top: '1px solid',
    border_right: '1px solid',
    border_bottom: '1px solid',
    border_left: '1px solid',
    width: '3px',
  });
  expect(asOfEight({ overflow_x: 'scroll', overflow_y: null })).toEqual({ overflow: 'scroll visible' });
  expect(asOfEight({ overflow: 'auto', overflow_x: null, overflow_y: null })).toEqual({ overflow: 'auto' });
});
