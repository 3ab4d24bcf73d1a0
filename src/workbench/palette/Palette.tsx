import { Command } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { Kbd } from '@/ui/Kbd.tsx';
import { useChosenAction } from '@/ui/use-chosen-action.ts';
import { useRootElement } from '@/ui/use-root-element.ts';
import { VisuallyHidden } from '@/ui/VisuallyHidden.tsx';
import { useStudio } from '../use-studio.ts';
import { commandEntries, tabEntries } from './palette-entries.ts';
import { type FileQuery, fileQuery } from './file-query.ts';
import { type FileEntries, useFileEntries } from './use-file-entries.ts';
import { type Hit, search } from './palette-search.ts';
import styles from './Palette.module.css';

/**
 * Every command by its name. It is closed, and the focus is back where it was, before the chosen one runs: commands act
 * on what has the focus.
 */
export function Palette() {
  const { shell } = useStudio();
  const container = useRootElement();
  const [opener] = useState(() => document.activeElement);
  const { choose, runAfterClose } = useChosenAction();
  const close = () => shell.setPalette(false);
  const giveFocusBack = (event: Event) => {
    event.preventDefault();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    runAfterClose();
  };
  const run = (hit: Hit) => {
    if (hit.staysOpen) {
      hit.run();
      return;
    }
    choose(hit.run);
    close();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && close()}>
      <Radix.Portal container={container}>
        <Radix.Content
          className={styles['palette']}
          aria-label="Command palette"
          aria-describedby={undefined}
          onCloseAutoFocus={giveFocusBack}
        >
          <VisuallyHidden>
            <Radix.Title>Command palette</Radix.Title>
          </VisuallyHidden>
          <PaletteBody onRun={run} onClose={close} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteBody({ onRun, onClose }: { onRun: (hit: Hit) => void; onClose: () => void }) {
  const { commands, storage, tabs, context } = useServices();
  const [query, setQuery] = useState('');
  const open = useStore(tabs.store, (state) => state.tabs);
  // What is enabled hangs on the facts.
  useStore(context.store, (facts) => facts);
  const trimmed = query.trim();
  const files = fileQuery(trimmed);
  const fileEntries = useFileEntries(files, setQuery);
  const own = files ? [] : commandEntries(commands, storage, trimmed);
  const entries = trimmed === '' ? own : [...own, ...tabEntries(open, (id) => tabs.focus(id))];
  const found = files ? search(fileEntries.entries, files.name) : search(entries, trimmed);
  const hits = found.flatMap((group) => group.hits);
  return (
    <Command label="Command" shouldFilter={false} loop className={styles['command']}>
      <div className={styles['top']}>
        <Icon name="search" />
        <Command.Input
          aria-label="Command"
          placeholder="Search or run a command"
          className={styles['input']}
          value={query}
          onValueChange={setQuery}
        />
        <span role="status" className={styles['count']}>
          {query && resultWords(hits)}
        </span>
        <IconButton icon="x" label="Close" onClick={onClose} />
      </div>
      <Command.List className={styles['list']}>
        <Command.Empty className={styles['empty']}>{emptyWords(query, files, fileEntries)}</Command.Empty>
        {found.map((group) => (
          <Command.Group key={group.title} heading={group.title} className={styles['group']}>
            {group.hits.map((hit) => (
              <Row key={hit.id} hit={hit} onRun={onRun} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <footer className={styles['foot']}>
        <Kbd framed keys="↑" />
        <Kbd framed keys="↓" /> Move
        <span className={styles['gap']} />
        <Kbd framed keys="Enter" /> Run
        <span className={styles['gap']} />
        <Kbd framed keys="Esc" /> Close
        <span className={styles['space']} />
        <Kbd framed keys="/" /> Files
      </footer>
    </Command>
  );
}

/** Why nothing is listed. */
function emptyWords(query: string, files: FileQuery | null, { isReading, problem }: FileEntries): string {
  if (!files) return `No command is named “${query}”.`;
  if (isReading) return 'Reading the folder';
  if (problem !== null) return problem;
  const folder = files.folder === '' ? 'the home' : files.folder;
  return files.name === '' ? `Nothing is in ${folder}.` : `Nothing in ${folder} is named “${files.name}”.`;
}

function Row({ hit, onRun }: { hit: Hit; onRun: (hit: Hit) => void }) {
  return (
    <Command.Item
      value={hit.id}
      className={styles['row']}
      disabled={hit.isDisabled ?? false}
      onSelect={() => onRun(hit)}
    >
      {hit.icon ? <Icon name={hit.icon} /> : <span className={styles['noIcon']} />}
      <span>
        <Marked title={hit.title} marks={hit.marks} />
      </span>
      {hit.context && <span className={styles['context']}>{hit.context}</span>}
      <span className={styles['space']} />
      {hit.keys && <Kbd keys={hit.keys} />}
    </Command.Item>
  );
}

/** Rows that cannot be chosen are passed over by the keys, so where all are like that the reason is said here. */
function resultWords(hits: readonly Hit[]): string {
  const count = hits.length === 1 ? '1 result' : `${hits.length} results`;
  const [first] = hits;
  return first?.context && hits.every((hit) => hit.isDisabled) ? `${count}. ${first.context}` : count;
}

/** The title with what was typed set off. */
function Marked({ title, marks }: Pick<Hit, 'title' | 'marks'>) {
  const parts = marks.map(([from, to], index) => (
    <span key={from}>
      {title.slice(marks[index - 1]?.[1] ?? 0, from)}
      <mark>{title.slice(from, to)}</mark>
    </span>
  ));
  return (
    <>
      {parts}
      {title.slice(marks.at(-1)?.[1] ?? 0)}
    </>
  );
}
