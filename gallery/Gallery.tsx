import { useState } from 'react';
import { SelectField } from '@/ui/Field.tsx';
import { RootElementContext } from '@/ui/use-root-element.ts';
import { Badges } from './sections/Badges.tsx';
import { Controls } from './sections/Controls.tsx';
import { Layers } from './sections/Layers.tsx';
import { Messages } from './sections/Messages.tsx';
import { Tables } from './sections/Tables.tsx';
import { Tokens } from './sections/Tokens.tsx';

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'high-contrast', label: 'High contrast, dark' },
  { value: 'high-contrast-light', label: 'High contrast, light' },
];

/** `?theme=` opens it in one of the themes. */
function themeOfAddress(): string {
  const wanted = new URLSearchParams(location.search).get('theme');
  return themes.find(({ value }) => value === wanted)?.value ?? 'light';
}

export function Gallery() {
  const [theme, setTheme] = useState(themeOfAddress);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  return (
    <div ref={setRoot} className="at-root" data-theme={theme}>
      <RootElementContext value={root}>
        {root && (
          <main className="g-page" tabIndex={-1}>
            <header className="g-head">
              <h1>Gallery</h1>
              <SelectField label="Theme" isLabelHidden value={theme} options={themes} onChange={setTheme} />
            </header>
            <div className="g-columns">
              <div className="g-column">
                <Controls />
                <Messages />
              </div>
              <div className="g-column">
                <Badges />
                <Layers />
              </div>
              <div className="g-column">
                <Tables />
                <Tokens />
              </div>
            </div>
          </main>
        )}
      </RootElementContext>
    </div>
  );
}
