import { useStore } from '@/services/use-store.ts';
import { useStudio } from '../use-studio.ts';
import { menuTree, type MenuOfBar } from './menu-tree.ts';

/** The menus of the bar as they are now. */
export function useMenus(): readonly MenuOfBar[] {
  const { contributions, services } = useStudio();
  // What is enabled and what is on hangs on these.
  useStore(services.context.store, (facts) => facts);
  useStore(services.theme.store, (state) => state.choice);
  return menuTree(contributions, services.commands);
}
