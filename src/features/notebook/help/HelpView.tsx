import { useEffect, useRef, useState } from 'react';
import { createPageClock } from '@/services/clock.ts';
import { useStore } from '@/services/use-store.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { IconButton } from '@/ui/Button.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { AnsiText } from '../outputs/AnsiText.tsx';
import { terminalText } from '../outputs/ansi.ts';
import { useActiveNotebook } from '../session/use-active-notebook.ts';
import { HelpFollower } from './help-follower.ts';
import '../outputs/ansi.css';
import './help.css';

/** What the kernel knows of the name at the cursor, for as long as the panel is there. */
export function View() {
  const session = useActiveNotebook();
  const [follower] = useState(() => new HelpFollower(createPageClock()));
  const { shown, note, isPinned } = useStore(follower.store, (state) => state);
  const text = useRef<HTMLDivElement>(null);

  useEffect(() => follower.follow(session), [follower, session]);
  useEffect(() => () => follower.follow(null), [follower]);
  useEffect(() => {
    if (text.current) text.current.scrollTop = 0;
  }, [shown]);

  return (
    <div className="at-help">
      <PanelActions>
        <IconButton
          icon="pin"
          label="Keep this help"
          isPressed={isPinned}
          disabled={shown === null}
          onClick={() => follower.setPinned(!isPinned)}
        />
      </PanelActions>
      {shown === null && note === null ? (
        <EmptyState icon="book-open" title="No help yet">
          Put the cursor on a name in a code cell. What the kernel knows of it is shown here.
        </EmptyState>
      ) : null}
      {note === null ? null : (
        <p className="at-help-note" role="status">
          {note}
        </p>
      )}
      {shown === null ? null : (
        <>
          <h3 className="at-help-name">{shown.name || 'At the cursor'}</h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is reached by key */}
          <div ref={text} className="at-help-text" tabIndex={0} role="region" aria-label="Help text">
            <pre>
              <AnsiText text={terminalText(shown.text)} />
            </pre>
          </div>
        </>
      )}
    </div>
  );
}
