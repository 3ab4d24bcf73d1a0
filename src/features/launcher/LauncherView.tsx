import type { App } from '@atelier-ide/contract';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import type { Services } from '@/services/services.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { classNames } from '@/ui/class-names.ts';
import { Icon } from '@/ui/Icon.tsx';
import { instanceSize } from '@/ui/InstanceBadge.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { StartProgress } from '@/ui/StartProgress.tsx';
import {
  createFile,
  createNotebook,
  openImageTerminal,
  openSystemTerminal,
  targetFolder,
} from './new-items.ts';
import styles from './LauncherView.module.css';

/** The launcher: what can be made, and on what it runs. */
export function View({ isVisible }: TabViewProps) {
  const services = useServices();
  const folder = useStore(services.context.store, () => targetFolder(services));
  const regionRef = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isVisible) services.context.set({ focus: 'launcher' });
  }, [services, isVisible]);
  useFirstFocus(regionRef, isVisible);
  return (
    <section ref={regionRef} role="region" aria-label="Launcher" className={styles['launcher']}>
      <div className={styles['page']}>
        <header>
          <h1 className={styles['title']}>Launcher</h1>
          <p className={styles['subtitle']}>
            New items are created in <strong>{folder === '' ? '~' : `~/${folder}`}</strong>
          </p>
        </header>
        <ComputeSection />
        <UtilitySection />
      </div>
    </section>
  );
}

/** Opened by a person, it takes the keyboard when nothing else has it: Enter makes a notebook. */
function useFirstFocus(region: RefObject<HTMLElement | null>, isVisible: boolean): void {
  useEffect(() => {
    const { activeElement, body, defaultView } = document;
    const isOpened = defaultView?.navigator.userActivation?.hasBeenActive ?? false;
    if (!isVisible || !isOpened || (activeElement !== null && activeElement !== body)) return;
    region.current?.querySelector<HTMLElement>(`.${styles['primary']}`)?.focus({ preventScroll: true });
  }, [region, isVisible]);
}

function ComputeSection() {
  const services = useServices();
  const hasPrices = useStore(services.compute.store, (s) =>
    s.instanceTypes.some((type) => type.pricePerHour !== undefined),
  );
  const hasImageTerminals = useStore(services.session.store, () => services.session.has('terminals.image'));
  const [startingId, setStartingId] = useState<string | null>(null);
  const starting = useStore(services.compute.store, (s) => s.apps.find((app) => app.id === startingId));
  const openTerminal = () => {
    const show = (app: App) => setStartingId(app.id);
    return openImageTerminal(services, show).finally(() => setStartingId(null));
  };
  return (
    <Section
      title="Notebooks and compute resources"
      note={hasPrices ? 'Costs start when a kernel starts' : 'Compute starts with a kernel'}
    >
      <EnvironmentStrip />
      {starting?.status === 'Pending' && (
        <div className={styles['starting']}>
          <StartProgress
            app={starting}
            onCancel={() =>
              void attempt(services, 'The start was not cancelled', () =>
                services.compute.removeApp(starting.id),
              )
            }
          >
            The terminal opens when it is ready.
          </StartProgress>
        </div>
      )}
      <Cards>
        <Card
          icon="notebook-text"
          title="Create notebook"
          text="Opens at once. The kernel starts with the first run."
          isPrimary
          failure="The notebook was not made"
          run={createNotebook}
        />
        <Card
          icon="chevron-right"
          title="Open console"
          text="Try code, one entry after the other."
          failure="The console was not started"
          run={({ commands }) => commands.run('console.new')}
        />
        {hasImageTerminals && (
          <Card
            icon="box"
            title="Open image terminal"
            text="A shell with this image’s packages."
            failure="The image terminal was not opened"
            run={openTerminal}
          />
        )}
      </Cards>
    </Section>
  );
}

function UtilitySection() {
  const { compute } = useServices();
  const hasPrices = useStore(compute.store, (s) =>
    s.instanceTypes.some((type) => type.pricePerHour !== undefined),
  );
  return (
    <Section title="Utilities and files" note={hasPrices ? 'No compute cost' : 'No compute'}>
      <Cards>
        <Card
          icon="square-terminal"
          title="System terminal"
          text="Your home, Git, file work."
          failure="The terminal was not opened"
          run={openSystemTerminal}
        />
        <Card
          icon="file-text"
          title="Text file"
          text="Any plain text."
          failure="The file was not made"
          run={(services) => createFile(services, '.txt')}
        />
        <Card
          icon="file-type"
          title="Markdown file"
          text="Headings, lists and formulas."
          failure="The file was not made"
          run={(services) => createFile(services, '.md')}
        />
        <Card
          icon="file-code"
          title="Python file"
          text="A script or module."
          failure="The file was not made"
          run={(services) => createFile(services, '.py')}
        />
      </Cards>
    </Section>
  );
}

/** The environment for new notebooks and image terminals. */
function EnvironmentStrip() {
  const { compute, commands } = useServices();
  const state = useStore(compute.store, (s) => s);
  // The choice is kept in this browser, not in a store: it is read again when the dialog has closed.
  const [, setChoices] = useState(0);
  if (!state.isLoaded) return <Skeleton rows={1} label="Reading the environment" />;
  const { imageId, kernelName, instanceType } = compute.defaultEnvironment();
  const image = state.images.find((one) => one.id === imageId);
  const kernel = image?.kernels.find((one) => one.name === kernelName);
  const type = state.instanceTypes.find((one) => one.name === instanceType);
  const change = async () => {
    await commands.run('compute.changeEnvironment', { documentId: null });
    setChoices((count) => count + 1);
  };
  return (
    <div className={styles['strip']}>
      <Fact label="Image">{image?.displayName ?? 'None'}</Fact>
      <Fact label="Kernel">{kernel?.displayName ?? 'No kernel'}</Fact>
      <Fact label="Instance">
        {instanceType ?? 'Unknown'} {type && <span className={styles['size']}>{instanceSize(type)}</span>}
      </Fact>
      <Fact label="Start-up script">No script</Fact>
      <div className={styles['change']}>
        <Button onClick={() => void change()}>Change environment</Button>
      </div>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl className={styles['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </dl>
  );
}

function Section({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles['section']}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        <span className={styles['note']}>{note}</span>
      </div>
      {children}
    </section>
  );
}

function Cards({ children }: { children: ReactNode }) {
  return <div className={styles['cards']}>{children}</div>;
}

type CardProps = {
  icon: string;
  title: string;
  text: string;
  isPrimary?: boolean;
  /** What failed, where it does. */
  failure: string;
  run: (services: Services) => Promise<void>;
};

function Card({ icon, title, text, isPrimary, failure, run }: CardProps) {
  const services = useServices();
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const handleClick = async () => {
    // A second click while the first is at work would make a second thing.
    if (isBusy) return;
    setBusy(true);
    await attempt(services, failure, () => run(services));
    setBusy(false);
  };
  return (
    <button
      type="button"
      aria-label={title}
      aria-describedby={id}
      aria-busy={isBusy || undefined}
      className={classNames(styles['card'], isPrimary && styles['primary'])}
      onClick={() => void handleClick()}
    >
      <Icon name={icon} size={18} />
      <span className={styles['name']}>{title}</span>
      <span id={id} className={styles['text']}>
        {text}
      </span>
    </button>
  );
}

async function attempt(services: Services, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    services.notifications.error(what, error);
  }
}
