/** Typesets the formulas below an element, in the order they stand. KaTeX comes with the first formula. */
export async function renderFormulas(host: ParentNode, isGone: () => boolean): Promise<void> {
  const formulas = [...host.querySelectorAll<HTMLElement>('code.at-math')];
  if (formulas.length === 0) return;
  const { renderFormula } = await import('./katex-setup.ts');
  for (const formula of formulas) {
    if (isGone()) return;
    const isBlock = formula.classList.contains('at-math-block');
    const element = formula.ownerDocument.createElement('span');
    element.className = isBlock ? 'at-formula at-formula-block' : 'at-formula';
    renderFormula(formula.textContent ?? '', element, isBlock);
    formula.replaceWith(element);
  }
}
