import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Typesets one formula into an element. What TeX could do to a page (links, images, HTML) is switched off. */
export function renderFormula(tex: string, element: HTMLElement, isBlock: boolean): void {
  katex.render(tex, element, {
    displayMode: isBlock,
    throwOnError: false,
    trust: false,
    strict: 'ignore',
    maxExpand: 1_000,
    maxSize: 50,
    output: 'htmlAndMathml',
  });
}
