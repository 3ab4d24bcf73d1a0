import type { FoundEnvironment, Image } from '@atelier-ide/contract';
import { useState } from 'react';
import { Button } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { Tag } from '@/ui/Tag.tsx';
import type { Found } from './use-found.ts';
import styles from './images.module.css';

const kinds = { venv: 'venv', uv: 'uv', conda: 'conda', kernelspec: 'Kernel' } as const;

export type FoundEnvironmentsProps = {
  found: Found;
  images: readonly Image[];
  selected: string | null;
  /** An image that can be selected now, or soon. */
  onUse: (image: Image) => void;
};

/** Environments of the person's own files: one click makes an image of one and selects it. */
export function FoundEnvironments({ found, images, selected, onUse }: FoundEnvironmentsProps) {
  const [busyId, setBusyId] = useState<string | null>(null);
  if (found.status === 'off' || (found.status === 'ready' && found.items.length === 0)) return null;
  const use = async (environment: FoundEnvironment) => {
    const made = images.find((one) => one.id === environment.imageId);
    if (made) {
      onUse(made);
      return;
    }
    setBusyId(environment.id);
    const image = await found.use(environment);
    setBusyId(null);
    if (image) onUse(image);
  };
  return (
    <section className={styles['found']} aria-label="Found in your files">
      <h3 className={styles['heading']}>Found in your files</h3>
      {found.problem && (
        <p role="alert" className={styles['problem']}>
          {found.problem}
        </p>
      )}
      {found.status === 'looking' ? (
        <Skeleton rows={2} label="Looking for environments" />
      ) : (
        <ul className={styles['list']}>
          {found.items.map((one) => (
            <FoundRow
              key={one.id}
              environment={one}
              isSelected={one.imageId !== undefined && one.imageId === selected}
              isBusy={busyId === one.id}
              onUse={() => void use(one)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

type FoundRowProps = {
  environment: FoundEnvironment;
  isSelected: boolean;
  isBusy: boolean;
  onUse: () => void;
};

function FoundRow({ environment, isSelected, isBusy, onUse }: FoundRowProps) {
  const { displayName, path, version, kind, reason } = environment;
  return (
    <li className={styles['row']} data-off={reason !== undefined || undefined}>
      <Icon name={reason === undefined ? 'box' : 'ban'} size={14} />
      <div className={styles['text']}>
        <p className={styles['name']}>
          <strong>{displayName}</strong> <Tag>{kinds[kind]}</Tag>
          {version && <span className={styles['version']}>{version}</span>}
        </p>
        <p className={styles['detail']}>{reason ?? path}</p>
      </div>
      <Button
        disabled={isBusy || isSelected}
        disabledReason={reason}
        aria-label={isSelected ? `${displayName} is selected` : `Use ${displayName}`}
        onClick={onUse}
      >
        {isSelected ? 'Selected' : 'Use'}
      </Button>
    </li>
  );
}
