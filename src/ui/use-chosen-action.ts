import { useRef } from 'react';

/**
 * Holds the chosen action back until the menu is closed and has given focus away: only then a dialog opened by it sees
 * the element that had focus before the menu.
 */
export function useChosenAction() {
  const chosen = useRef<(() => void) | null>(null);
  return {
    choose: (action: () => void) => {
      chosen.current = action;
    },
    /** For `onCloseAutoFocus`, which is called just before focus goes back. */
    runAfterClose: () => {
      const action = chosen.current;
      chosen.current = null;
      if (action) queueMicrotask(action);
    },
  };
}
