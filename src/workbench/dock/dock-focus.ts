/** Finds and moves the focus among the tabs that the layout library draws. */

export function tabElement(root: HTMLElement, id: string): HTMLElement | null {
  return root.querySelector(`[data-tab-id="${CSS.escape(id)}"]`)?.closest<HTMLElement>('[role=tab]') ?? null;
}

/** Home and End within the row of tabs, which the library leaves out. */
export function moveToEdge(event: Pick<KeyboardEvent, 'key' | 'target' | 'preventDefault'>): void {
  if (event.key !== 'Home' && event.key !== 'End') return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.getAttribute('role') !== 'tab') return;
  const tabs = [...(target.closest('[role=tablist]')?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
  tabs.at(event.key === 'Home' ? 0 : -1)?.focus();
  event.preventDefault();
}

/** A tab whose content was never shown has no panel yet: it must not point at one. */
export function mendControls(root: HTMLElement): void {
  for (const tab of root.querySelectorAll<HTMLElement>('[role=tab][id]')) {
    const panel = tab.id.replace('tabbutton', 'tab');
    if (root.querySelector(`#${CSS.escape(panel)}`)) tab.setAttribute('aria-controls', panel);
    else tab.removeAttribute('aria-controls');
  }
}
