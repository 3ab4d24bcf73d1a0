type Typeset = (typeof import('./katex-setup.ts'))['renderFormula'];

/**
 * Typesets formulas, in the order they stand. KaTeX comes with the first formula; from then on they are set at once, so
 * that a cell has its height before it is in sight: the list would have to scroll along with one that grows later.
 */
export class FormulaSetter {
  #typeset: Typeset | null = null;

  /** Those below an element. `isGone` is asked where it has to wait. */
  async setAll(host: ParentNode, isGone: () => boolean): Promise<void> {
    const formulas = [...host.querySelectorAll<HTMLElement>('code.at-math')];
    if (formulas.length === 0) return;
    if (this.#typeset) {
      for (const formula of formulas) replace(formula, this.#typeset);
      return;
    }
    this.#typeset = (await import('./katex-setup.ts')).renderFormula;
    if (!isGone()) await this.setAll(host, isGone);
  }
}

function replace(formula: HTMLElement, typeset: Typeset): void {
  const isBlock = formula.classList.contains('at-math-block');
  const element = formula.ownerDocument.createElement('span');
  element.className = isBlock ? 'at-formula at-formula-block' : 'at-formula';
  typeset(formula.textContent ?? '', element, isBlock);
  formula.replaceWith(element);
}
