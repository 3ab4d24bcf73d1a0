import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';

/** The place for buttons in the head of the side panel around a view; null where there is no head. */
export const PanelActionsContext = createContext<HTMLElement | null>(null);

/** Buttons of a panel's view, shown in the panel's head beside its title. */
export function PanelActions({ children }: { children: ReactNode }) {
  const place = useContext(PanelActionsContext);
  return place ? createPortal(children, place) : <div>{children}</div>;
}
