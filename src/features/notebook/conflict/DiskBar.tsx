import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { SaveState } from '../session/notebook-store.ts';
import { copyName, downloadText } from '../view/download-text.ts';
import { focusCell } from '../view/focus-cell.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { ChoiceView } from './ChoiceView.tsx';
import type { DiskNews } from './disk-store.ts';
import { newsCells, newsWords } from './disk-words.ts';

/** What another program did to the file. Never modal; whatever is chosen, the other version can still be had. */
export function DiskBar() {
  const { session } = useNotebook();
  const news = useStore(session.disk.store, (state) => state.news);
  const conflict = useNotebookState(({ save }) => (save.kind === 'conflict' ? save : null));
  const bar = useKeptFocus(news ? news.choices.length : -1);
  if (conflict) return <WholeFileBar save={conflict} />;
  return news ? <NewsBar news={news} bar={bar} /> : null;
}

/** A button that was pressed goes with its choice: the keyboard goes on to the next one, else back to the cells. */
function useKeptFocus(open: number): RefObject<HTMLElement | null> {
  const { session, focus } = useNotebook();
  const bar = useRef<HTMLElement>(null);
  const before = useRef(open);
  useEffect(() => {
    const isLess = open < before.current;
    before.current = open;
    if (!isLess || document.activeElement !== document.body) return;
    const next = bar.current?.querySelector('button');
    if (next) next.focus();
    else {
      focus.claim();
      focusCell(session.store.getState().active);
    }
  }, [open, session, focus]);
  return bar;
}

/** Cells came in; some may wait for a choice. */
function NewsBar({ news, bar }: { news: DiskNews; bar: RefObject<HTMLElement | null> }) {
  const { session } = useNotebook();
  const [isOpen, setIsOpen] = useState(false);
  const panel = useId();
  const order = useNotebookState((state) => state.order);
  const { disk, path } = session;
  const { choices, texts } = news;
  const numberOf = (id: string) => order.findIndex((one) => one === id) + 1;
  const [first] = choices;
  const waits = first !== undefined;
  const [place, setPlace] = useState(0);
  const showNext = () => {
    const cells = newsCells(news, session.store.getState());
    const id = cells[place % Math.max(1, cells.length)];
    if (id !== undefined) session.reveal(id);
    setPlace(place + 1);
  };
  const actions = waits ? (
    <>
      <Button
        variant="primary"
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? 'Hide' : choices.length === 1 ? `Show cell ${numberOf(first.id)}` : 'Show cells'}
      </Button>
      <Button onClick={() => disk.keepMine()}>Keep all mine</Button>
      <Button onClick={() => disk.takeTheirs()}>Take all from disk</Button>
    </>
  ) : (
    <>
      <Button onClick={showNext}>Show</Button>
      {news.canUndo ? <Button onClick={() => disk.undo()}>Undo</Button> : null}
      <Button onClick={() => downloadText(copyName(path, 'mine'), texts.mine)}>Download mine</Button>
    </>
  );
  return (
    <section ref={bar} aria-label="Changes on disk">
      <Bar
        tone={waits ? 'warn' : 'info'}
        icon="git-merge"
        actions={actions}
        onDismiss={waits ? undefined : () => disk.dismiss()}
      >
        <strong>Changed on disk.</strong> {newsWords(news)}
      </Bar>
      {waits && isOpen ? (
        <div id={panel} className="at-bar-panel">
          {choices.map((choice) => (
            <ChoiceView key={choice.id} choice={choice} number={numberOf(choice.id)} />
          ))}
        </div>
      ) : null}
    </section>
  );
}

type WholeFile = Extract<SaveState, { kind: 'conflict' }>;

/** The file is gone, or holds what is no notebook. */
function WholeFileBar({ save: { disk, since } }: { save: WholeFile }) {
  const { session } = useNotebook();
  const { path, saver } = session;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    <Bar
      tone="warn"
      role="region"
      icon="git-merge"
      label="Changes on disk"
      actions={
        <>
          <Button onClick={() => void saver.keepMine()}>{disk === null ? 'Save again' : 'Keep mine'}</Button>
          <Button onClick={() => downloadText(copyName(path, 'mine'), saver.currentText())}>
            Download mine
          </Button>
          {disk === null ? null : (
            <Button onClick={() => downloadText(copyName(path, 'from-disk'), disk.text)}>
              Download what is on disk
            </Button>
          )}
        </>
      }
    >
      <strong>{disk === null ? 'Removed on disk.' : 'Changed on disk.'}</strong>{' '}
      {disk === null
        ? `${name} was deleted or moved by another program. Your version stays here and is not saved.`
        : `Another program wrote ${name}, noticed at ${timeOf(since)}, and it is no notebook now. Your version stays here and is not saved until you choose.`}
    </Bar>
  );
}

function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
