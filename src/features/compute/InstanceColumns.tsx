import type { InstanceType } from '@atelier-ide/contract';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { Icon } from '@/ui/Icon.tsx';
import { gibText } from '@/ui/InstanceBadge.tsx';
import { memoryTone, Meter } from '@/ui/Meter.tsx';
import type { Column } from '@/ui/Table.tsx';
import { Tag } from '@/ui/Tag.tsx';
import { compareUse, inStudioOrder, priceText, slotText, usageOf } from './choices.ts';
import styles from './dialogs.module.css';

export type ColumnFacts = {
  state: ComputeState;
  currentName: string | null;
  against: (type: InstanceType) => string | null;
};

/** Columns of the picker; Price only where the backend has prices. */
export function instanceColumns({
  state,
  currentName,
  against,
}: ColumnFacts): readonly Column<InstanceType>[] {
  const hasPrices = state.instanceTypes.some((type) => type.pricePerHour !== undefined);
  const price: Column<InstanceType> = {
    id: 'price',
    title: 'Price',
    isNumber: true,
    render: (type) => priceText(type) ?? 'Not set',
    compare: (a, b) => (a.pricePerHour ?? Infinity) - (b.pricePerHour ?? Infinity),
  };
  return [
    {
      id: 'type',
      title: 'Type',
      compare: inStudioOrder,
      render: (type) => (
        <span className={styles['name']}>
          {type.name} {type.name === currentName && <Tag>Current</Tag>}
        </span>
      ),
    },
    size('vcpu', 'vCPU', (type) => type.vcpu, ''),
    size('memory', 'Memory', (type) => type.memoryGiB, ' GiB'),
    number('gpu', 'GPU', (type) => type.gpu),
    {
      id: 'launch',
      title: 'Launch',
      compare: (a, b) => Number(b.fastLaunch) - Number(a.fastLaunch),
      render: (type) =>
        type.fastLaunch && (
          <span className={styles['with-icon']}>
            <Icon name="zap" size={14} /> Fast
          </span>
        ),
    },
    ...(hasPrices ? [price] : []),
    {
      id: 'use',
      title: 'Apps in use, or why not available',
      compare: compareUse(state, against),
      render: (type) => <Use state={state} type={type} reason={against(type)} />,
    },
  ];
}

function number(id: string, title: string, of: (type: InstanceType) => number): Column<InstanceType> {
  return { id, title, isNumber: true, render: of, compare: (a, b) => of(a) - of(b) };
}

/** A size that nobody has told is no 0: it is not shown, and stands last. */
function size(
  id: string,
  title: string,
  of: (type: InstanceType) => number,
  unit: string,
): Column<InstanceType> {
  const known = (type: InstanceType) => of(type) || Number.MAX_SAFE_INTEGER;
  return {
    ...number(id, title, known),
    render: (type) => (of(type) > 0 ? `${of(type)}${unit}` : 'Unknown'),
  };
}

type UseProps = { state: ComputeState; type: InstanceType; reason: string | null };

function Use({ state, type, reason }: UseProps) {
  if (reason !== null) {
    return (
      <span className={styles['with-icon']}>
        <Icon name="ban" size={14} /> {reason}
      </span>
    );
  }
  const use = usageOf(state, type.name);
  const slots = Number.isFinite(use.limit) ? use.limit : 0;
  return (
    <span className={styles['with-icon']}>
      <span className={styles['slots']} aria-hidden="true">
        {Array.from({ length: slots }, (_, index) => (
          <i key={index} data-used={index < use.used || undefined} />
        ))}
      </span>
      {slotText(use)}
      <LiveUse state={state} type={type} />
    </span>
  );
}

/** Memory of the running instance of a type, where the backend measures it. */
function LiveUse({ state, type }: { state: ComputeState; type: InstanceType }) {
  const instance = state.instances.find((one) => one.type === type.name && one.status !== 'Deleted');
  const usage = instance && (state.usage[instance.id] ?? instance.usage);
  if (!usage) return null;
  const limit = usage.memoryLimitBytes ?? type.memoryGiB * 1024 ** 3;
  const text = gibText(usage.memoryBytes);
  return (
    <span className={styles['live']}>
      <Meter
        label={`Memory of ${type.name}`}
        value={usage.memoryBytes}
        max={limit}
        valueText={text}
        tone={memoryTone(usage.memoryBytes, limit)}
        width={44}
      />
      {text}
    </span>
  );
}
