import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import { memoryTone, Meter } from './Meter.tsx';
import styles from './Badges.module.css';

export type InstanceBadgeProps = {
  /** Size of the instance the document runs on; null = none, or a backend without types. */
  size: { vcpu: number; memoryGiB: number } | null;
  /** Name of the type, for the tooltip. */
  typeName?: string | null | undefined;
  /** Memory in use, where the backend measures it. */
  memory?: { usedBytes: number; limitBytes: number } | undefined;
  onClick: () => void;
};

const GIB = 1024 ** 3;

/** `2 vCPU + 4 GiB`, as it stands wherever the size of an instance is named. */
export function instanceSize({ vcpu, memoryGiB }: { vcpu: number; memoryGiB: number }): string {
  return `${vcpu} vCPU + ${memoryGiB} GiB`;
}

/** The instance that a notebook runs on; opens the picker. CPU is never a warning. */
export function InstanceBadge({ size, typeName, memory, onClick }: InstanceBadgeProps) {
  const text = size ? instanceSize(size) : 'Unknown';
  const used = memory ? `${(memory.usedBytes / GIB).toFixed(1)} GiB` : null;
  const tone = memory ? memoryTone(memory.usedBytes, memory.limitBytes) : 'neutral';
  const name = ['Instance', text, typeName ? `(${typeName})` : '', used ? `, memory ${used}` : ''];
  return (
    <button
      type="button"
      className={classNames(styles['badge'], styles[tone])}
      aria-label={name.filter(Boolean).join(' ').replace(' ,', ',')}
      title={typeName ?? 'No instance'}
      onClick={onClick}
    >
      <Icon name="cpu" size={14} />
      <span>{text}</span>
      {memory && used && (
        <>
          <Meter
            label="Memory"
            value={memory.usedBytes}
            max={memory.limitBytes}
            valueText={used}
            tone={tone}
            width={44}
          />
          <span className={styles['used']}>{used}</span>
        </>
      )}
    </button>
  );
}
