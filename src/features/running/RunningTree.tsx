import { type KeyboardEvent, useRef } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { type TreeMove, treeMove } from '@/ui/tree-keys.ts';
import { openNode } from './open-node.ts';
import type { RunningModel } from './running-model.ts';
import { type RunningNode, visibleRows, withDescendants } from './running-tree.ts';
import { RunningRow } from './RunningRow.tsx';
import { shutDownNode } from './shut-down.ts';
import { useSeconds } from './use-seconds.ts';
import styles from './RunningView.module.css';

type TreeProps = { model: RunningModel; tree: readonly RunningNode[] };

/** One tab stop; arrows move, right and left fold, Enter opens, Delete shuts down. */
export function RunningTree({ model, tree }: TreeProps) {
  const services = useServices();
  const folded = useStore(model.store, (state) => state.folded);
  const focused = useStore(model.store, (state) => state.focused);
  const element = useRef<HTMLDivElement>(null);
  const rows = visibleRows(tree, folded);
  const all = tree.flatMap(withDescendants);
  const now = useSeconds(
    all.some(
      ({ of, status }) => status === 'starting' || (of.kind === 'kernel' && of.kernel.state === 'busy'),
    ),
  );
  const focusIndex = Math.max(
    0,
    rows.findIndex((row) => row.node.id === focused),
  );
  if (rows.length === 0) return null;

  const move = ({ kind, index }: TreeMove) => {
    const node = rows[index]?.node;
    if (!node) return;
    if (kind !== 'focus') model.setFolded(node.id, kind === 'collapse');
    else {
      model.store.setState({ focused: node.id });
      element.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[index]?.focus();
    }
  };
  /** Only on the row itself: Enter on one of its buttons is the button's. */
  const act = (key: string, target: EventTarget): boolean => {
    const node = rows[focusIndex]?.node;
    if (!node || !(target instanceof HTMLElement) || target.getAttribute('role') !== 'treeitem') return false;
    if (key === 'Enter') openNode(services, model, node);
    else if (key === 'Delete' && node.status !== 'ending') void shutDownNode(services, model, node);
    else return false;
    return true;
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const wanted = treeMove(event.key, rows, focusIndex);
    if (wanted) move(wanted);
    else if (!act(event.key, event.target)) return;
    event.preventDefault();
  };

  return (
    <div ref={element} role="tree" aria-label="Running" className={styles['tree']} onKeyDown={handleKeyDown}>
      {rows.map((row, index) => (
        <RunningRow key={row.node.id} row={row} isTabStop={index === focusIndex} now={now} model={model} />
      ))}
    </div>
  );
}
