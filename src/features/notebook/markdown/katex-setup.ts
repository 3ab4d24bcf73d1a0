import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Typesets one formula into an element. What TeX could do to a page (links, images, HTML) is switched off. */
export function renderFormula(tex: string, element: HTMLElement, isBlock: boolean): void {
  katex.render(tex, element, { ...optionsOf(isBlock), output: 'htmlAndMathml' });
}

/** One formula as MathML, which needs neither fonts nor styles of ours. */
export function formulaMarkup(tex: string, isBlock: boolean): string {
  return katex.renderToString(tex, { ...optionsOf(isBlock), output: 'mathml' });
}

const optionsOf = (isBlock: boolean) => ({
  displayMode: isBlock,
  throwOnError: false,
  trust: false,
  strict: 'ignore' as const,
  maxExpand: 1_000,
  maxSize: 50,
});
