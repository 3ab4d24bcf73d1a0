import { useEffect, useMemo, useRef, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { RunningModel } from './running-model.ts';
import { type RunningNode, runningTree, sections, withEnding } from './running-tree.ts';
import { countText, priceText } from './running-words.ts';
import { RunningTree } from './RunningTree.tsx';
import { isCompute } from './shut-down.ts';
import { useIsWide } from './use-panel-width.ts';
import styles from './RunningView.module.css';

/** Below this width the panel shows memory only, and actions take its place on hover. */
const WIDE = 400;

/** What runs, what it uses, and the way to end it. */
export function View() {
  const services = useServices();
  const [model] = useState(() => new RunningModel(services));
  useEffect(() => {
    // Made anew where React mounts twice: a model that ended does not come back.
    model.start();
    return () => model.dispose();
  }, [model]);
  const state = useStore(services.compute.store, (now) => now);
  const hasUsage = useStore(services.session.store, () => services.session.has('usage'));
  const compute = useMemo(() => (hasUsage ? state : { ...state, usage: {} }), [state, hasUsage]);
  const { paths, terminals, runs, ending, isFlat } = useStore(model.store, (now) => now);
  const tree = useMemo(
    () => withEnding(runningTree({ compute, paths, terminals, runs }), ending),
    [compute, paths, terminals, runs, ending],
  );
  const place = useRef<HTMLDivElement>(null);
  const isWide = useIsWide(place, WIDE);
  const hasCompute = tree.some(isCompute);
  const isMeasured = Object.keys(compute.usage).length > 0;

  return (
    <div ref={place} className={styles['panel']} data-wide={isWide || undefined}>
      <Actions model={model} isFlat={isFlat} isWide={isWide} hasCompute={hasCompute} />
      {!compute.isLoaded ? (
        <Skeleton rows={4} label="Reading what runs" />
      ) : (
        <>
          {!hasCompute && (
            <EmptyState icon="circle-play" title="Nothing is running">
              Run a cell or open an image terminal to start compute.
            </EmptyState>
          )}
          {hasCompute && <Head tree={tree} isWide={isWide} isMeasured={isMeasured} />}
          <RunningTree model={model} tree={isFlat ? sections(tree) : tree} />
          {hasCompute && (
            <p className={styles['foot']}>
              {isWide || !isMeasured
                ? 'Stopping an instance ends its apps, kernels and image terminals. Files stay.'
                : 'Widen the panel for CPU and details.'}
            </p>
          )}
        </>
      )}
    </div>
  );
}

type ActionsProps = { model: RunningModel; isFlat: boolean; isWide: boolean; hasCompute: boolean };

function Actions({ model, isFlat, isWide, hasCompute }: ActionsProps) {
  const { commands, compute, notifications } = useServices();
  const shutDownAll = () => void commands.run('running.shutDownAll');
  const refresh = async () => {
    try {
      await compute.start();
      await model.refresh();
    } catch (error) {
      notifications.error('What runs was not read', error);
    }
  };
  const reason = hasCompute ? null : 'Nothing is running';
  return (
    <PanelActions>
      <IconButton
        icon="list-tree"
        label="Show as tree"
        isPressed={!isFlat}
        onClick={() => model.store.setState({ isFlat: false })}
      />
      <IconButton
        icon="rows-2"
        label="Show by kind"
        isPressed={isFlat}
        onClick={() => model.store.setState({ isFlat: true })}
      />
      <IconButton icon="refresh-cw" label="Refresh" onClick={() => void refresh()} />
      {isWide ? (
        <Button variant="danger" className={styles['all']} disabledReason={reason} onClick={shutDownAll}>
          Shut down all
        </Button>
      ) : (
        <IconButton
          icon="power"
          label="Shut down all"
          className={hasCompute ? styles['power'] : undefined}
          disabledReason={reason}
          onClick={shutDownAll}
        />
      )}
    </PanelActions>
  );
}

type HeadProps = { tree: readonly RunningNode[]; isWide: boolean; isMeasured: boolean };

/** Names of the columns; in a narrow panel what runs in all. Read out by the meters themselves. */
function Head({ tree, isWide, isMeasured }: HeadProps) {
  const hasPrice = tree.some((node) => node.price !== null);
  return (
    <div className={styles['head']} aria-hidden="true">
      <span className={styles['title']}>{isWide ? 'Instance, app, session' : totalText(tree)}</span>
      {isMeasured && isWide && <span className={styles['cpu']}>CPU</span>}
      {isMeasured && <span className={styles['memory']}>Memory</span>}
      {isWide && hasPrice && <span className={styles['price']}>Price</span>}
      {isWide && <span className={styles['actions']} />}
    </div>
  );
}

/** `2 instances, €0.19/h`. */
function totalText(tree: readonly RunningNode[]): string {
  const instances = tree.filter((node) => node.of.kind === 'instance');
  const what = instances.length > 0 ? countText(instances.length, 'instance') : 'Running';
  const prices = instances.flatMap((node) => node.price ?? []);
  const [first] = prices;
  const total = prices.reduce((sum, { perHour }) => sum + perHour, 0);
  return first ? `${what}, ${priceText(total, first.currency)}` : what;
}
