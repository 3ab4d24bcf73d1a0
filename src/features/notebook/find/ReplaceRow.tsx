import type { KeyboardEvent, RefObject } from 'react';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { countHits, type FindController } from './find-controller.ts';

/** What is put in instead, and where it will be: the button says how many. */
export function ReplaceRow({ controller }: { controller: RefObject<FindController | null> }) {
  const { find } = useNotebook().session;
  const replacement = useStore(find, (state) => state.replacement);
  const hits = useStore(find, (state) => state.hits);
  const isSettled = useStore(find, (state) => state.isSettled);
  const cells = useNotebookState((state) => state.cells);
  const { replaceable, inOutputs, locked } = countHits(hits, { cells });
  const reason = replaceable > 0 ? null : 'There is nothing to replace';
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (isSettled) void controller.current?.replace();
  };
  return (
    <div className="at-find-row at-find-replace">
      <span className="at-find-box">
        <Icon name="pencil" size={14} />
        <input
          type="text"
          aria-label="Replace"
          placeholder="Replace"
          autoComplete="off"
          spellCheck={false}
          value={replacement}
          onChange={(event) => find.setState({ replacement: event.target.value })}
          onKeyDown={handleKeyDown}
        />
      </span>
      <Button disabledReason={reason} onClick={() => isSettled && void controller.current?.replace()}>
        Replace
      </Button>
      <Button disabledReason={reason} onClick={() => controller.current?.replaceAll()}>
        {replaceable > 0 ? `Replace ${replaceable.toLocaleString('en-US')} in sources` : 'Replace all'}
      </Button>
      <span className="at-find-left">{leftText(inOutputs, locked)}</span>
    </div>
  );
}

/** Which hits stay, and why. */
function leftText(inOutputs: number, locked: number): string {
  const hits = (n: number) => `${n.toLocaleString('en-US')} ${n === 1 ? 'hit' : 'hits'}`;
  const are = (n: number) => (n === 1 ? 'is' : 'are');
  const parts: string[] = [];
  if (inOutputs > 0) parts.push(`${hits(inOutputs)} in outputs ${are(inOutputs)} not replaced.`);
  if (locked > 0) parts.push(`${hits(locked)} in locked cells ${are(locked)} not replaced.`);
  return parts.join(' ');
}
