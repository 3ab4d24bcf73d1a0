import { useId, useMemo, useState } from 'react';
import type { ErrorOutput as ErrorOutputModel } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import { terminalText, withoutAnsi } from './ansi.ts';
import { AnsiText } from './AnsiText.tsx';
import { countFrames } from './traceback.ts';

/** An error in one line: its type and message. The traceback unfolds below. */
export function ErrorOutput({ output }: { output: ErrorOutputModel }) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const traceback = useMemo(() => terminalText(output.traceback.join('\n')), [output.traceback]);
  const frames = useMemo(() => countFrames(withoutAnsi(traceback)), [traceback]);
  const [message = ''] = withoutAnsi(terminalText(output.evalue)).split('\n');
  const things = frames > 0 ? `, ${frames} ${frames === 1 ? 'frame' : 'frames'}` : '';
  return (
    <div data-mime="application/vnd.jupyter.error" className="at-error-output">
      <div className="at-error-head">
        <Icon name="circle-x" />
        <span className="at-error-name">{output.ename}</span>
        <span className="at-error-message" title={output.evalue}>
          {message}
        </span>
        {traceback === '' ? null : (
          <button
            type="button"
            className="at-quiet-button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide traceback' : `Show traceback${things}`}
            <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} size={14} />
          </button>
        )}
      </div>
      {isOpen ? (
        <pre id={id} className="at-error-traceback" tabIndex={0}>
          <AnsiText text={traceback} />
        </pre>
      ) : null}
    </div>
  );
}
