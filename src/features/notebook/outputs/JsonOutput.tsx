import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { treeItemProps, treeMove } from '@/ui/tree-keys.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { copyText } from './copy-output.ts';
import {
  copiedText,
  type JsonRow,
  jsonRows,
  type JsonTreeState,
  pathText,
  PARTS,
  searchJson,
  valueText,
} from './json-tree.ts';
import { counted, grouped } from './text-size.ts';

/** A value of fewer parts is seen whole: it needs no search. */
const SMALL = 12;
/** Longer text is cut in its row; it is copied whole. */
const LONG = 2_000;

/** JSON as a tree that unfolds, is searched, and gives its parts away. */
export function JsonOutput({ value, mime }: { value: JsonValue; mime: string }) {
  const [query, setQuery] = useState('');
  const [isAllOpen, setIsAllOpen] = useState(false);
  const [toggled, setToggled] = useState<JsonTreeState['toggled']>(new Map());
  const [shown, setShown] = useState<JsonTreeState['shown']>(new Map());
  const wanted = useDeferredValue(query.trim());
  const found = useMemo(() => (wanted === '' ? null : searchJson(value, wanted)), [value, wanted]);
  const rows = useMemo(
    () => jsonRows(value, { toggled, shown, isAllOpen, found }),
    [value, toggled, shown, isAllOpen, found],
  );
  const [isSmall] = useState(
    () => jsonRows(value, { toggled, shown, isAllOpen: true, found: null }).length <= SMALL,
  );
  const handleAll = (isOpen: boolean) => {
    setToggled(new Map());
    setIsAllOpen(isOpen);
  };
  const handleOpen = (row: JsonRow, isOpen: boolean) => {
    if (row.more > 0) {
      const id = JSON.stringify(row.path);
      setShown(new Map(shown).set(id, (shown.get(id) ?? PARTS) + 10 * PARTS));
    } else if (row.isExpanded !== null) setToggled(new Map(toggled).set(row.id, isOpen));
  };
  return (
    <div data-mime={mime} className="at-json-output">
      {isSmall ? null : (
        <div className="at-json-tools" role="search" aria-label="Find in JSON">
          <SearchField label="Find in JSON" value={query} onChange={setQuery} />
          <span role="status">{found ? foundWords(found) : ''}</span>
          <Button variant="quiet" onClick={() => handleAll(true)}>
            Expand all
          </Button>
          <Button variant="quiet" onClick={() => handleAll(false)}>
            Collapse all
          </Button>
        </div>
      )}
      <JsonTree rows={rows} query={wanted} onOpen={handleOpen} />
    </div>
  );
}

function foundWords({ count, isPart }: { count: number; isPart: boolean }): string {
  return `${count === 0 ? 'Nothing found' : `${counted(count, 'hit')}`}${isPart ? ' in the first 100,000 values' : ''}`;
}

type JsonTreeProps = {
  rows: readonly JsonRow[];
  query: string;
  onOpen: (row: JsonRow, isOpen: boolean) => void;
};

function JsonTree({ rows, query, onOpen }: JsonTreeProps) {
  const [current, setCurrent] = useState('[]');
  const treeRef = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === current),
  );
  const focus = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setCurrent(row.id);
    treeRef.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[index]?.focus();
  };
  const handleKey = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeMove(event.key, rows, at);
    if (!move && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!move) onOpen(row, row.isExpanded === false);
    else if (move.kind === 'focus') focus(move.index);
    else onOpen(row, move.kind === 'expand');
  };
  return (
    <div ref={treeRef} role="tree" aria-label="JSON" className="at-json-tree" onKeyDown={handleKey}>
      {rows.map((row, index) => (
        <TreeRow
          key={row.id}
          row={row}
          query={query}
          isTabStop={index === at}
          onFocus={() => setCurrent(row.id)}
          onOpen={(isOpen) => onOpen(row, isOpen)}
        />
      ))}
    </div>
  );
}

type TreeRowProps = {
  row: JsonRow;
  query: string;
  isTabStop: boolean;
  onFocus: () => void;
  onOpen: (isOpen: boolean) => void;
};

function TreeRow({ row, query, isTabStop, onFocus, onOpen }: TreeRowProps) {
  const key = row.path.at(-1);
  const words = row.more > 0 ? `Show ${grouped(Math.min(row.more, 10 * PARTS))} more` : textOf(row.value);
  const name = key === undefined || row.more > 0 ? words : `${key}: ${words}`;
  const item = { ...row, name, description: '' };
  return (
    <div
      {...treeItemProps(item, isTabStop)}
      className="at-json-row"
      style={{ paddingInlineStart: `${(row.level - 1) * 16}px` }}
      onFocus={onFocus}
      onClick={() => onOpen(row.isExpanded === false)}
    >
      <span className="at-json-twist">
        {row.isExpanded === null ? null : (
          <Icon name={row.isExpanded ? 'chevron-down' : 'chevron-right'} size={14} />
        )}
      </span>
      {row.more > 0 ? (
        <span className="at-json-more">{words}</span>
      ) : (
        <>
          {key === undefined ? null : (
            <span className="at-json-key">
              <Hit text={String(key)} query={query} />:
            </span>
          )}
          <span className={`at-json-${kindOf(row.value)}`}>
            <Hit text={words} query={query} />
          </span>
          <RowTools row={row} />
        </>
      )}
    </div>
  );
}

/** For the pointer; the keyboard has the menu of the output, and what is selected. */
function RowTools({ row }: { row: JsonRow }) {
  const { notifications } = useNotebook().services;
  const copy = (text: string) => void copyText(notifications, text);
  return (
    <span className="at-json-row-tools" onClick={(event) => event.stopPropagation()}>
      <IconButton
        icon="copy"
        iconSize={12}
        label="Copy value"
        tabIndex={-1}
        onClick={() => copy(copiedText(row.value))}
      />
      {row.path.length === 0 ? null : (
        <IconButton
          icon="link"
          iconSize={12}
          label="Copy path"
          tabIndex={-1}
          onClick={() => copy(pathText(row.path))}
        />
      )}
    </span>
  );
}

function textOf(value: JsonValue): string {
  const text = valueText(value);
  return text.length > LONG ? `${text.slice(0, LONG)}… ${counted(text.length, 'character')}` : text;
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'count' : typeof value;
}

/** Text with the first place marked that has what is looked for. */
function Hit({ text, query }: { text: string; query: string }) {
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      {text.slice(at + query.length)}
    </>
  );
}
