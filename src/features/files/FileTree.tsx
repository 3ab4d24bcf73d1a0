import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useEffect, useMemo, useRef } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { classNames } from '@/ui/class-names.ts';
import { Icon } from '@/ui/Icon.tsx';
import { KernelGlyph } from '@/ui/KernelGlyph.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { useSteady } from '@/ui/use-steady.ts';
import type { FileActions } from './file-actions.ts';
import { fileIcon, shortAge } from './file-icon.ts';
import type { FilesModel } from './files-model.ts';
import { kernelStateOf, kernelWords } from './kernel-mark.ts';
import { RenameField } from './RenameField.tsx';
import { useTreeKeys } from './use-tree-keys.ts';
import { type FileRow, visibleRows } from './visible-rows.ts';
import styles from './FileTree.module.css';

const rowHeight = 24;

type TreeProps = { model: FilesModel; actions: FileActions };

/** The virtualised tree of files: one tab stop, arrows move, Enter opens, right and left expand and collapse. */
export function FileTree({ model, actions }: TreeProps) {
  const state = useStore(model.store, (s) => s);
  const rows = useMemo(() => visibleRows(state), [state]);
  const scroller = useRef<HTMLDivElement>(null);
  // Its functions change what they answer; this component re-renders with each of its changes.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index], index),
  });
  const items = virtual.getVirtualItems();

  useEffect(() => {
    const last = rows[items.at(-1)?.index ?? -1];
    if (last?.kind === 'more') void model.readMore(last.folder);
  }, [items, rows, model]);

  const focusIndex = Math.max(
    0,
    rows.findIndex((row) => row.kind === 'entry' && row.entry.path === state.focused),
  );

  const handleKeyDown = useTreeKeys({
    model,
    actions,
    rows,
    focusIndex,
    scroller,
    scrollToIndex: (index) => virtual.scrollToIndex(index),
  });

  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Files"
      aria-multiselectable
      className={styles['tree']}
      onKeyDown={handleKeyDown}
      tabIndex={rows.some((row) => row.kind === 'entry') ? -1 : 0}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={item.key}
              role="presentation"
              className={styles['place']}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'entry' ? (
                <EntryRow
                  row={row}
                  index={item.index}
                  isTabStop={item.index === focusIndex}
                  now={state.readAt}
                  model={model}
                  actions={actions}
                />
              ) : (
                <NoteRow row={row} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function keyOf(row: FileRow | undefined, index: number): string | number {
  if (!row) return index;
  return row.kind === 'entry' ? row.entry.path : `${row.kind}:${row.folder}`;
}

type EntryProps = TreeProps & {
  now: number;
  row: FileRow & { kind: 'entry' };
  index: number;
  isTabStop: boolean;
};

function EntryRow({ row, index, isTabStop, now, model, actions }: EntryProps) {
  const { entry } = row;
  const isSelected = useStore(model.store, (s) => s.selected.includes(entry.path));
  const isCut = useStore(
    model.store,
    (s) => s.clipboard?.isCut === true && s.clipboard.paths.includes(entry.path),
  );
  const isRenaming = useStore(model.store, (s) => s.renaming?.path === entry.path);

  const handleClick = (event: MouseEvent) => {
    const { selected } = model.store.getState();
    const isMany = event.ctrlKey || event.metaKey;
    const others = selected.filter((other) => other !== entry.path);
    model.select(isMany ? (isSelected ? others : [...selected, entry.path]) : [entry.path]);
  };

  return (
    <div
      role="treeitem"
      aria-label={entry.name}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.size}
      aria-selected={isSelected}
      {...(entry.type === 'directory' ? { 'aria-expanded': row.isExpanded } : {})}
      tabIndex={isTabStop ? 0 : -1}
      data-row={index}
      data-path={entry.path}
      data-kind={entry.type}
      className={classNames(styles['row'], isSelected && styles['selected'], isCut && styles['cut'])}
      style={{ paddingLeft: 10 + (row.level - 1) * 16 }}
      onClick={handleClick}
      onDoubleClick={() => actions.open(entry.path)}
      onContextMenu={() => !isSelected && model.select([entry.path])}
      title={entry.name}
    >
      <span
        className={styles['twist']}
        onClick={(event) => {
          event.stopPropagation();
          if (entry.type === 'directory') void model.toggle(entry.path);
        }}
      >
        {entry.type === 'directory' && (
          <Icon name={row.isExpanded ? 'chevron-down' : 'chevron-right'} size={14} />
        )}
      </span>
      <Icon name={fileIcon(entry, row.isExpanded)} size={15} />
      {isRenaming ? (
        <RenameField entry={entry} actions={actions} />
      ) : (
        <>
          <span className={styles['name']}>{entry.name}</span>
          {entry.type === 'notebook' && <KernelMark path={entry.path} />}
          <span className={styles['meta']}>{shortAge(entry.modifiedAt, now)}</span>
        </>
      )}
    </div>
  );
}

/** What the notebook's kernel does. */
function KernelMark({ path }: { path: string }) {
  const { compute, documents } = useServices();
  const kernels = useStore(compute.store, (s) => s.kernels);
  const real = useStore(documents.store, ({ byId }) => kernelStateOf(path, { documents: byId, kernels }));
  const state = useSteady(real, real === 'busy');
  if (state === null) return null;
  return (
    <span className={styles['kernel']} title={kernelWords[state]}>
      <KernelGlyph state={state} size={10} />
    </span>
  );
}

function NoteRow({ row }: { row: Exclude<FileRow, { kind: 'entry' }> }) {
  if (row.kind === 'failed') return <p className={styles['note']}>{row.reason}</p>;
  return <Skeleton rows={row.kind === 'loading' ? 4 : 1} label="Reading the folder" />;
}
