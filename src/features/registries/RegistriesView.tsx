import type { Registry } from '@atelier-ide/contract';
import { type ReactNode, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { TextField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { Tag } from '@/ui/Tag.tsx';
import { type RegistriesState, useRegistries } from './use-registries.ts';
import styles from './RegistriesView.module.css';

/** What the backend offers beside compute: registries with their sections. */
export function View() {
  const services = useServices();
  const isOffered = useStore(services.session.store, () => services.session.has('registries'));
  const [state, refresh] = useRegistries(services, isOffered);
  const [search, setSearch] = useState('');
  if (!isOffered) {
    return (
      <EmptyState icon="layers" title="This backend has no registries">
        It does not offer the feature <code>registries</code> of the app model, so experiments, models and
        pipelines cannot be shown here.
      </EmptyState>
    );
  }
  const hasAny = state.status === 'ready' && state.items.length > 0;
  return (
    <div className={styles['panel']}>
      <PanelActions>
        <IconButton icon="refresh-cw" label="Refresh" onClick={refresh} />
      </PanelActions>
      {hasAny && (
        <div className={styles['tools']}>
          <TextField
            label="Search all registries"
            isLabelHidden
            icon="search"
            placeholder="Search all registries"
            value={search}
            onChange={setSearch}
          />
        </div>
      )}
      <Content state={state} search={search} onRetry={refresh} />
    </div>
  );
}

type ContentProps = { state: RegistriesState; search: string; onRetry: () => void };

function Content({ state, search, onRetry }: ContentProps) {
  if (state.status === 'loading') return <Skeleton rows={4} label="Reading registries" />;
  if (state.status === 'failed') {
    return (
      <EmptyState
        icon="circle-alert"
        title="Registries were not read"
        action={<Button onClick={onRetry}>Try again</Button>}
      >
        {state.reason}
      </EmptyState>
    );
  }
  if (state.items.length === 0) return <NoRegistry />;
  const shown = state.items.map((item) => filtered(item, search)).filter((item) => item !== null);
  if (shown.length === 0) {
    return (
      <EmptyState icon="search" title="Nothing fits">
        No registry or section is named like <code>{search}</code>.
      </EmptyState>
    );
  }
  return (
    <nav aria-label="Registries">
      {shown.map((registry) => (
        <RegistryItem key={registry.id} registry={registry} />
      ))}
    </nav>
  );
}

function NoRegistry() {
  return (
    <EmptyState icon="layers" title="No registry is connected">
      Experiments, models and pipelines appear here when the backend lists a registry at{' '}
      <code>GET /registries</code>. Whoever runs the backend adds one by an adapter; nothing has to be changed
      in this browser.
    </EmptyState>
  );
}

/** The registry with those of its sections that fit; all of them when its own title fits. */
function filtered(registry: Registry, search: string): Registry | null {
  const wanted = search.trim().toLowerCase();
  if (wanted === '' || registry.title.toLowerCase().includes(wanted)) return registry;
  const sections = registry.sections.filter((section) => section.title.toLowerCase().includes(wanted));
  return sections.length === 0 ? null : { ...registry, sections };
}

const sectionIcons: Readonly<Record<string, string>> = {
  experiments: 'flask-conical',
  pipelines: 'workflow',
  models: 'box',
  endpoints: 'radio-tower',
};

function RegistryItem({ registry }: { registry: Registry }) {
  return (
    <section aria-label={registry.title} className={styles['registry']}>
      <Row title={<h3>{registry.title}</h3>}>
        <Status registry={registry} />
      </Row>
      {registry.status !== 'ok' && registry.reason && <p className={styles['reason']}>{registry.reason}</p>}
      <ul>
        {registry.sections.map((section) => (
          <li key={section.name}>
            <Icon name={sectionIcons[section.name] ?? 'table-2'} size={15} />
            {section.title}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className={styles['row']}>
      {title}
      {children}
    </div>
  );
}

function Status({ registry }: { registry: Registry }) {
  if (registry.status === 'ok') return <span className={styles['kind']}>{registry.kind}</span>;
  const text = registry.status === 'unreachable' ? 'Not reachable' : 'Failed';
  return (
    <Tag tone="danger" icon="circle-alert">
      {text}
    </Tag>
  );
}
