import { createContext, useContext } from 'react';

/** The product's root element, into which menus, dialogs and tooltips are put so that they get its tokens. */
export const RootElementContext = createContext<HTMLElement | null>(null);

export function useRootElement(): HTMLElement | null {
  return useContext(RootElementContext);
}
