import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { saveFile } from '@/ui/save-file.ts';
import { RecoveredBar } from '@/ui/RecoveredBar.tsx';
import type { TextSession } from './text-session.ts';
import type { ReadyText } from './text-store.ts';

type TextBarsProps = { session: TextSession; state: ReadyText; name: string };

/** What there is to know of the file, above its text. */
export function TextBars({ session, state, name }: TextBarsProps) {
  return (
    <>
      <SaveBar session={session} state={state} name={name} />
      <NewsBar session={session} state={state} name={name} />
      {state.recovered ? (
        <RecoveredBar
          note={state.recovered}
          onTurn={state.save.kind === 'conflict' ? undefined : () => session.turnRecovered()}
          onDismiss={() => session.dismissRecovered()}
        />
      ) : null}
    </>
  );
}

/** Says what keeps the text from being saved, until it is solved. */
function SaveBar({ session, state, name }: TextBarsProps) {
  const { save } = state;
  if (state.isReadOnly && save.kind !== 'conflict')
    return <Bar tone="info">{name} is read-only. You can read and copy it.</Bar>;
  if (save.kind === 'conflict') return <ConflictBar session={session} state={state} name={name} />;
  if (save.kind !== 'failed') return null;
  const tryAgain = () => void session.wish('flush');
  return (
    <Bar tone="danger" role="alert" actions={<Button onClick={tryAgain}>Try again</Button>}>
      {name} was not saved. {save.reason} Your text is kept on this page.{' '}
      {save.retries
        ? 'The save is tried again by itself.'
        : 'Solve that and try again, or copy the text elsewhere.'}
    </Bar>
  );
}

function ConflictBar({ session, state, name }: TextBarsProps) {
  const isGone = state.save.kind === 'conflict' && state.save.isGone;
  const actions = isGone ? (
    <>
      <Button onClick={() => void session.wish('keepMine')}>Save again</Button>
      <Button onClick={() => saveFile(name, new Blob([state.text]))}>Download</Button>
    </>
  ) : (
    <>
      <Button onClick={() => void session.wish('load')}>Load from disk</Button>
      <Button onClick={() => void session.wish('keepMine')}>Keep mine</Button>
    </>
  );
  return (
    <Bar tone="warn" role="region" icon="git-merge" label="Changes on disk" actions={actions}>
      {isGone
        ? `${name} was deleted or moved by another program. Your text is kept here and is not saved.`
        : `${name} changed on disk. Your text is kept here. Choose which one stays in the file.`}
    </Bar>
  );
}

/** Another program's version came in. */
function NewsBar({ session, state: { news, save } }: TextBarsProps) {
  if (!news || save.kind === 'conflict') return null;
  return (
    <section aria-label="Changes on disk">
      <Bar
        tone="info"
        icon="git-merge"
        actions={news.canUndo ? <Button onClick={() => void session.wish('undoNews')}>Undo</Button> : null}
        onDismiss={() => void session.wish('dismissNews')}
      >
        <strong>Changed on disk.</strong>{' '}
        {news.kind === 'followed'
          ? 'This is the new version.'
          : 'What is new there is merged with your edits.'}
      </Bar>
    </section>
  );
}
