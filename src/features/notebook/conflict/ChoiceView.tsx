import { Button } from '@/ui/Button.tsx';
import { VisuallyHidden } from '@/ui/VisuallyHidden.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import type { OpenChoice } from './disk-store.ts';
import { type VersionLine, versionLines } from './version-lines.ts';
import '../view/bar-panel.css';
import './conflict.css';

export type ChoiceViewProps = { choice: OpenChoice; number: number };

/** One cell that was edited on both sides: both versions, side by side. */
export function ChoiceView({ choice, number }: ChoiceViewProps) {
  const { session } = useNotebook();
  const { disk } = session;
  const { id, base, theirs } = choice;
  // It may be edited on while it waits.
  const mine = useNotebookState(({ cells }) => cells[id]) ?? choice.mine;
  const before = base?.source ?? null;
  return (
    <div className="at-bar-card at-choice" role="group" aria-label={`Cell ${number}: two versions`}>
      <Version
        title={`Cell ${number}, yours`}
        lines={versionLines(before, mine.source)}
        action={<Button onClick={() => disk.keepMine([id])}>Keep mine</Button>}
      />
      <Version
        title={`Cell ${number}, on disk`}
        lines={versionLines(before, theirs.source)}
        action={<Button onClick={() => disk.takeTheirs([id])}>Take this</Button>}
      />
      <div className="at-choice-foot">
        <Button onClick={() => session.reveal(id)}>{`Go to cell ${number}`}</Button>
        <Button onClick={() => disk.keepBoth(id)}>Keep both as two cells</Button>
      </div>
    </div>
  );
}

type VersionProps = { title: string; lines: readonly VersionLine[]; action: React.ReactNode };

const words = { '+': 'Added: ', '-': 'Removed: ', ' ': '' };

function Version({ title, lines, action }: VersionProps) {
  return (
    <section className="at-version" aria-label={title}>
      <header className="at-bar-card-head at-version-head">
        <span>{title}</span>
        {action}
      </header>
      <pre className="at-version-text" tabIndex={0} aria-label={`${title}, text`}>
        {lines.map(({ mark, text }, index) => (
          // eslint-disable-next-line react/no-array-index-key -- lines have no other name
          <div key={index} className="at-version-line" data-mark={mark}>
            <span aria-hidden="true">{mark}</span>
            <VisuallyHidden>{words[mark]}</VisuallyHidden>
            <code>{text === '' ? ' ' : text}</code>
          </div>
        ))}
      </pre>
    </section>
  );
}
