import { createContext, useContext } from 'react';

/**
 * The `.at-root` element of the IDE a component is part of. Whatever is laid over the page (dialogs, menus, tooltips)
 * is rendered there, so that it has the tokens and two IDEs on one page stay apart.
 */
export const RootElementContext = createContext<HTMLElement | null>(null);

/** Where to render an overlay; null = the document's body (tests without a root). */
export function useRootElement(): HTMLElement | null {
  return useContext(RootElementContext);
}
