import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { countText, memoryText, priceText } from './running-words.ts';
import styles from './RunningStatus.module.css';

/** What runs in all, always in sight; opens the panel. Nothing where nothing runs. */
export function View() {
  const { compute, commands, session } = useServices();
  const hasUsage = useStore(session.store, () => session.has('usage'));
  const instances = useStore(compute.store, (state) => state.instances);
  const usage = useStore(compute.store, (state) => state.usage);
  const instanceTypes = useStore(compute.store, (state) => state.instanceTypes);
  if (instances.length === 0) return null;
  const bytes = hasUsage ? instances.reduce((sum, { id }) => sum + (usage[id]?.memoryBytes ?? 0), 0) : 0;
  const types = instances.flatMap(({ type }) => instanceTypes.find((one) => one.name === type) ?? []);
  const price = types.reduce((sum, type) => sum + (type.pricePerHour ?? 0), 0);
  const currency = types.find((type) => type.pricePerHour !== undefined)?.currency ?? 'USD';
  const words = [
    countText(instances.length, 'instance'),
    bytes > 0 ? memoryText(bytes) : '',
    price > 0 ? priceText(price, currency) : '',
  ];
  return (
    <button
      type="button"
      className={styles['usage']}
      title="Show running"
      onClick={() => void commands.run('running.show')}
    >
      <Icon name="cpu" size={14} />
      {words.filter(Boolean).join(', ')}
    </button>
  );
}

/** How many instances run, on the panel's tab. */
export function Badge() {
  const { compute } = useServices();
  const count = useStore(compute.store, (state) => state.instances.length);
  return count === 0 ? null : <span className={styles['badge']}>{count}</span>;
}
