import type { CSSProperties, MouseEvent } from 'react';
import { useServices } from '@/services/use-services.ts';
import { classNames } from '@/ui/class-names.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { KernelGlyph } from '@/ui/KernelGlyph.tsx';
import { memoryTone, Meter } from '@/ui/Meter.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import { treeItemProps } from '@/ui/tree-keys.ts';
import { openNode } from './open-node.ts';
import { detailOf } from './row-detail.ts';
import type { RunningModel } from './running-model.ts';
import type { Reading, RunningNode, RunningRow as Row } from './running-tree.ts';
import { memoryOfLimit, memoryText, percentText, priceText } from './running-words.ts';
import { shutDownNode } from './shut-down.ts';
import styles from './RunningView.module.css';

type RowProps = { row: Row; isTabStop: boolean; now: number; model: RunningModel };

/** One thing that runs: name, state, what it uses, its actions. */
export function RunningRow({ row, isTabStop, now, model }: RowProps) {
  const services = useServices();
  const { node, level } = row;
  const detail = detailOf(node, now);
  const handleTwist = (event: MouseEvent) => {
    event.stopPropagation();
    model.setFolded(node.id, row.isExpanded === true);
  };
  return (
    <div
      {...treeItemProps({ ...row, name: node.name, description: detail }, isTabStop)}
      aria-selected={isTabStop}
      data-kind={node.of.kind}
      data-status={node.status}
      className={classNames(styles['row'], level === 1 && styles['top'])}
      style={{ '--level': level - 1 } as CSSProperties}
      onFocus={() => model.store.setState({ focused: node.id })}
      onClick={() => opensOnClick(node) && openNode(services, model, node)}
      onDoubleClick={() => !opensOnClick(node) && openNode(services, model, node)}
      title={pathOf(node)}
    >
      <span
        className={styles['twist']}
        onClick={handleTwist}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {row.isExpanded !== null && (
          <Icon name={row.isExpanded ? 'chevron-down' : 'chevron-right'} size={14} />
        )}
      </span>
      <Sign node={node} />
      <span className={styles['label']}>
        <span className={styles['name']}>{node.name}</span>
        {detail !== '' && <span className={styles['detail']}>{detail}</span>}
      </span>
      {node.reading && (
        <Readings name={node.name} reading={node.reading} isTop={node.of.kind === 'instance'} />
      )}
      {node.price && (
        <span className={styles['price']}>{priceText(node.price.perHour, node.price.currency)}</span>
      )}
      <RowActions node={node} isTabStop={isTabStop} model={model} />
    </div>
  );
}

const opensOnClick = (node: RunningNode): boolean => node.of.kind === 'kernel' || node.of.kind === 'terminal';

const pathOf = ({ of, name }: RunningNode): string =>
  of.kind === 'kernel' && of.path !== null ? of.path : name;

const icons = {
  instance: 'cpu',
  server: 'server',
  app: 'box',
  terminal: 'square-terminal',
  group: 'rows-2',
} as const;

/** Shape first: the kernel's glyph, else what it is; a spinner while it comes or goes. */
function Sign({ node }: { node: RunningNode }) {
  const { of, status } = node;
  const isMoving = status === 'starting' || status === 'ending';
  let sign = null;
  if (isMoving) sign = <Spinner size={14} />;
  else if (status === 'failed') sign = <Icon name="circle-alert" size={15} className={styles['failed']} />;
  else if (of.kind === 'kernel') sign = <KernelGlyph state={of.kernel.state} size={10} />;
  else if (of.kind !== 'group') sign = <Icon name={icons[of.kind]} size={15} />;
  return sign && <span className={styles['sign']}>{sign}</span>;
}

type ReadingsProps = { name: string; reading: Reading; isTop: boolean };

function Readings({ name, reading, isTop }: ReadingsProps) {
  const { cpuPercent, memoryBytes, limitBytes } = reading;
  const cpu = percentText(cpuPercent);
  const memory = isTop ? memoryOfLimit(memoryBytes, limitBytes) : memoryText(memoryBytes);
  return (
    <>
      <span className={styles['cpu']}>
        <Meter label={`CPU of ${name}`} value={Math.round(cpuPercent)} max={100} valueText={cpu} width={32} />
        <span className={styles['number']}>{cpu}</span>
      </span>
      <span className={styles['memory']} data-top={isTop || undefined}>
        <span className={styles['bar']}>
          <Meter
            label={`Memory of ${name}`}
            value={memoryBytes}
            max={limitBytes ?? memoryBytes}
            valueText={memory}
            tone={isTop && limitBytes !== null ? memoryTone(memoryBytes, limitBytes) : 'neutral'}
          />
        </span>
        <span className={styles['number']}>
          <span className={styles['short']}>{memoryText(memoryBytes)}</span>
          <span className={styles['long']}>{memory}</span>
        </span>
      </span>
    </>
  );
}

type RowActionsProps = { node: RunningNode; isTabStop: boolean; model: RunningModel };

function RowActions({ node, isTabStop, model }: RowActionsProps) {
  const services = useServices();
  if (node.status === 'ending' || node.of.kind === 'group') return <span className={styles['actions']} />;
  const app = node.of.kind === 'app' || node.of.kind === 'server' ? node.of.app : null;
  const tabIndex = isTabStop ? 0 : -1;
  const shutDown = () => void shutDownNode(services, model, node);
  const showLog = () => app && void services.commands.run('compute.showLog', { of: 'app', id: app.id });
  const hasLog = app !== null && app.status !== 'InService' && services.session.has('logs');
  return (
    <span
      className={styles['actions']}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {hasLog && (
        <IconButton
          icon="file-text"
          label={`Show log of ${node.name}`}
          iconSize={14}
          tabIndex={tabIndex}
          onClick={showLog}
        />
      )}
      {app?.status === 'Pending' ? (
        <Button className={styles['cancel']} tabIndex={tabIndex} onClick={shutDown}>
          Cancel
        </Button>
      ) : (
        <IconButton
          icon="power"
          label={`Shut down ${node.name}`}
          iconSize={14}
          tabIndex={tabIndex}
          onClick={shutDown}
        />
      )}
    </span>
  );
}
