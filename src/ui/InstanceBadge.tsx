import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import { Meter } from './Meter.tsx';
import { Tooltip } from './Tooltip.tsx';
import { useMemoryPressure } from './use-memory-pressure.ts';
import styles from './Badges.module.css';

export type InstanceBadgeProps = {
  /** Size of the instance the document runs on; null = none, or a backend without types. */
  size: { vcpu: number; memoryGiB: number; gpu?: number } | null;
  /** Name of the type. */
  typeName?: string | null | undefined;
  /** Memory in use, where the backend measures it. */
  memory?: { usedBytes: number; limitBytes: number } | undefined;
  /** Id of the instance: the tint of one says nothing of the next. */
  instanceId?: string | undefined;
  /** A kernel ended here for lack of memory, and nobody has answered yet. */
  hasRunOut?: boolean;
  /** Further lines of the tooltip: CPU, apps, how the size is enforced. */
  facts?: readonly string[];
  onClick: () => void;
};

const GIB = 1024 ** 3;

/** `2 vCPU + 4 GiB`, as it stands wherever the size of an instance is named; with GPUs `+ 1 GPU`. */
export function instanceSize(size: { vcpu: number; memoryGiB: number; gpu?: number }): string {
  const gpu = size.gpu ? ` + ${size.gpu} GPU` : '';
  return `${size.vcpu} vCPU + ${size.memoryGiB} GiB${gpu}`;
}

/** `3.6 GiB`; what is there but rounds to nothing is `0.1 GiB`. */
export function gibText(bytes: number): string {
  return `${Math.max(bytes > 0 ? 0.1 : 0, bytes / GIB).toFixed(1)} GiB`;
}

/** The instance that a notebook runs on; opens the picker. CPU is never a warning. */
export function InstanceBadge(props: InstanceBadgeProps) {
  const { size, typeName, memory, instanceId = '', hasRunOut = false, facts = [], onClick } = props;
  const tone = useMemoryPressure(memory ? { instance: instanceId, ...memory, hasRunOut } : null);
  const text = size ? instanceSize(size) : 'Unknown';
  const used = memory ? gibText(memory.usedBytes) : null;
  const name = `Instance ${text}${typeName ? ` (${typeName})` : ''}${used ? `, memory ${used}` : ''}`;
  const lines = [typeName ?? (size ? null : 'No instance'), ...facts].filter(Boolean);
  return (
    <Tooltip text={lines.join('\n')}>
      <button
        type="button"
        className={classNames(styles['badge'], styles[tone])}
        data-tone={tone}
        aria-label={name}
        onClick={onClick}
      >
        <Icon name="cpu" size={14} />
        <span>{text}</span>
        {memory && used && <Memory {...memory} used={used} tone={tone} />}
      </button>
    </Tooltip>
  );
}

type MemoryProps = {
  usedBytes: number;
  limitBytes: number;
  used: string;
  tone: 'neutral' | 'warn' | 'danger';
};

/** The meter with its number beside it: GiB, or where room is short the share. */
function Memory({ usedBytes, limitBytes, used, tone }: MemoryProps) {
  const share = limitBytes > 0 ? Math.round((usedBytes / limitBytes) * 100) : 0;
  return (
    <>
      <Meter label="Memory" value={usedBytes} max={limitBytes} valueText={used} tone={tone} width={44} />
      <span className={styles['used']} data-part="used">
        {used}
      </span>
      <span className={styles['used']} data-part="share">
        {share} %
      </span>
    </>
  );
}
