import '@/ui/base.css';
import './page.css';
import { useEffect, useState } from 'react';
import { ServicesContext } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { RootElementContext } from '@/ui/use-root-element.ts';
import { SessionGate } from '@/workbench/sign-in/SessionGate.tsx';
import type { Studio } from '@/workbench/studio.ts';
import { StudioContext } from '@/workbench/use-studio.ts';
import { Workbench } from '@/workbench/Workbench.tsx';

/** The product's root element with its theme; everything of ours, menus and dialogs too, is inside it. */
export function StudioApp({ studio }: { studio: Studio }) {
  const { services, keybindings } = studio;
  const theme = useStore(services.theme.store, (state) => state.theme);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!root) return;
    const keys = keybindings.attach(root);
    return () => keys.dispose();
  }, [root, keybindings]);
  return (
    <ServicesContext value={services}>
      <StudioContext value={studio}>
        <div ref={setRoot} className="at-root" data-theme={theme}>
          <RootElementContext value={root}>
            {root && (
              <SessionGate>
                <Workbench />
              </SessionGate>
            )}
          </RootElementContext>
        </div>
      </StudioContext>
    </ServicesContext>
  );
}
