import { useState } from 'react';
import type { AnySetting, SettingId, SettingValues } from '@/platform/settings/settings-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { SelectField, Switch, TextField } from '@/ui/Field.tsx';
import { Tag } from '@/ui/Tag.tsx';
import { VisuallyHidden } from '@/ui/VisuallyHidden.tsx';
import styles from './Settings.module.css';

/** One setting: what it does, whether it was changed, and the control for it. */
export function SettingLine({ setting }: { setting: AnySetting }) {
  const { settings } = useServices();
  const isChanged = settings.isChanged(setting.id);
  return (
    <li className={styles['line']} data-changed={isChanged || undefined}>
      <div className={styles['words']}>
        <span className={styles['title']}>
          {setting.title}
          {isChanged && <Tag>Changed</Tag>}
        </span>
        <p>{setting.detail}</p>
      </div>
      {isChanged && (
        <IconButton
          icon="undo-2"
          label={`Reset ${setting.title.toLowerCase()}`}
          onClick={() => settings.reset(setting.id)}
        />
      )}
      <div className={styles['control']}>
        <Control setting={setting} />
      </div>
    </li>
  );
}

/** The control by kind; here the id and with it the type of the value are any. */
type LooseSetting = { id: SettingId; title: string } & (
  | { kind: 'switch' }
  | { kind: 'number'; least: number; most: number; unit?: string }
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
);

function Control({ setting }: { setting: AnySetting }) {
  const { settings } = useServices();
  const value = useStore(settings.store, (values) => values[setting.id]) as unknown;
  const choose = (next: unknown) => settings.set(setting.id, next as SettingValues[SettingId]);
  const loose = setting as unknown as LooseSetting;
  switch (loose.kind) {
    case 'switch':
      return (
        <Switch
          label={<VisuallyHidden>{loose.title}</VisuallyHidden>}
          isOn={value === true}
          onChange={choose}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={loose.title}
          isLabelHidden
          value={String(value)}
          options={loose.options}
          onChange={choose}
        />
      );
    case 'number':
      return <NumberControl key={String(value)} setting={loose} value={Number(value)} onChoose={choose} />;
  }
}

type NumberControlProps = {
  setting: LooseSetting & { kind: 'number' };
  value: number;
  onChoose: (value: number) => void;
};

/** What is typed counts when it can; until then it stays as it is, with what is wrong. */
function NumberControl({ setting, value, onChoose }: NumberControlProps) {
  const [text, setText] = useState(String(value));
  const { least, most, title, unit } = setting;
  const typed = Number(text);
  const isGood = text.trim() !== '' && Number.isInteger(typed) && typed >= least && typed <= most;
  const commit = () => {
    if (isGood && typed !== value) onChoose(typed);
  };
  return (
    <span className={styles['number']}>
      <TextField
        label={unit ? `${title} in ${unit}` : title}
        isLabelHidden
        inputMode="numeric"
        value={text}
        problem={isGood ? null : `A whole number from ${least} to ${most}.`}
        onChange={setText}
        onBlur={commit}
        onKeyDown={(event) => {
          const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (event.key === 'Enter') commit();
          if (step === undefined || !isGood) return;
          event.preventDefault();
          setText(String(Math.min(most, Math.max(least, typed + step))));
        }}
      />
      {unit && <span>{unit}</span>}
    </span>
  );
}
