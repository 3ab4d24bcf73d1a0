import '@/ui/base.css';
import './page.css';
import { type CSSProperties, useEffect, useState } from 'react';
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
  const size = useStore(services.settings.store, (values) => values['editor.fontSize']);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!root) return;
    const keys = keybindings.attach(root);
    return () => keys.dispose();
  }, [root, keybindings]);
  return (
    <ServicesContext value={services}>
      <StudioContext value={studio}>
        <div ref={setRoot} className="at-root" data-theme={theme} style={codeSize(size)}>
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

/** Letters and lines of code grow together. */
function codeSize(size: number): CSSProperties {
  const line = Math.round((size * 20) / 13);
  return { '--at-code-size': `${size}px`, '--at-code-line': `${line}px` } as CSSProperties;
}
