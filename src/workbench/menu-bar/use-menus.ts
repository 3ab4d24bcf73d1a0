import { useMemo } from 'react';
import type { MenuName } from '@/platform/contributions/contribution.ts';
import { useStore } from '@/services/use-store.ts';
import type { MenuEntry } from '@/ui/Menu.tsx';
import { useStudio } from '../use-studio.ts';
import { menuTree } from './menu-tree.ts';

/** A menu of the bar; its lines are a hook, so that only an open menu follows what they hang on. */
export type LiveMenu = { title: MenuName; entries: () => readonly MenuEntry[] };

/** The menus of the bar. */
export function useMenus(): readonly LiveMenu[] {
  const { contributions, services } = useStudio();
  return useMemo(
    () =>
      menuTree(contributions, services.commands).map(({ title }) => ({
        title,
        entries: function useEntries() {
          return useLines(title);
        },
      })),
    [contributions, services],
  );
}

function useLines(title: MenuName): readonly MenuEntry[] {
  const { contributions, services } = useStudio();
  // What is enabled and what is on hangs on these.
  useStore(services.context.store, (facts) => facts);
  useStore(services.theme.store, (state) => state.choice);
  return menuTree(contributions, services.commands).find((menu) => menu.title === title)?.entries ?? [];
}
