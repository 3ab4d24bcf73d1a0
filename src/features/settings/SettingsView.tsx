import { useMemo, useState } from 'react';
import type { AnySetting, SettingGroup } from '@/platform/settings/settings-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Checkbox, SearchField } from '@/ui/Field.tsx';
import { SettingLine } from './SettingLine.tsx';
import styles from './Settings.module.css';

const GROUPS: readonly SettingGroup[] = ['Appearance', 'Editor', 'Notebook', 'Running', 'Terminal'];

/** Every setting that some feature has declared, by group. A choice counts at once. */
export function View() {
  const { settings, commands, context } = useServices();
  // Every choice draws the page again: what is changed is told by the service.
  useStore(settings.store, (values) => values);
  const [text, setText] = useState('');
  const [changedOnly, setChangedOnly] = useState(false);
  const all = settings.all();
  const found = useMemo(() => findSettings(all, text), [all, text]);
  const shown = found.filter(({ id }) => !changedOnly || settings.isChanged(id));
  const groups = GROUPS.filter((group) => shown.some((one) => one.group === group));
  return (
    <section
      className={styles['page']}
      aria-label="Settings"
      onFocusCapture={() => context.set({ focus: 'none' })}
    >
      <div className={styles['column']}>
        <h1>Settings</h1>
        <div className={styles['tools']}>
          <SearchField label="Search settings" value={text} onChange={setText} />
          <Checkbox label="Changed only" isOn={changedOnly} onChange={setChangedOnly} />
          <span className={styles['space']} />
          <Button icon="keyboard" onClick={() => void commands.run('settings.openShortcuts')}>
            Keyboard shortcuts
          </Button>
        </div>
        <p className={styles['count']} role="status">
          {shown.length === 0 ? noneText(text) : countText(shown.length, all.length)}
        </p>
        {groups.map((group) => (
          <section key={group} aria-labelledby={`settings-${group}`}>
            <h2 id={`settings-${group}`}>{group}</h2>
            <ul className={styles['lines']}>
              {shown
                .filter((one) => one.group === group)
                .map((setting) => (
                  <SettingLine key={setting.id} setting={setting} />
                ))}
            </ul>
          </section>
        ))}
        <p className={styles['foot']}>Settings are kept for you in this browser.</p>
      </div>
    </section>
  );
}

function findSettings(all: readonly AnySetting[], text: string): readonly AnySetting[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  return all.filter(({ title, detail, group, id }) => {
    const whole = `${title} ${detail} ${group} ${id}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

const countText = (shown: number, all: number) =>
  shown === all ? `${all} settings` : `${shown} of ${all} settings`;

const noneText = (text: string) =>
  text.trim() === '' ? 'No setting has been changed.' : `No setting has “${text.trim()}” in its name.`;
