import { useId, useMemo, useState } from 'react';
import type { ErrorOutput as ErrorOutputModel } from '@atelier-ide/core/notebook/model.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { terminalText, withoutAnsi } from './ansi.ts';
import { AnsiText } from './AnsiText.tsx';
import { countFrames, type ErrorPlace, placeOfError } from './traceback.ts';

/** An error in one line: its type, message and place. The traceback unfolds below. */
export function ErrorOutput({ output }: { output: ErrorOutputModel }) {
  const { services } = useNotebook();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const traceback = useMemo(() => terminalText(output.traceback.join('\n')), [output.traceback]);
  const plain = useMemo(() => withoutAnsi(traceback), [traceback]);
  const frames = useMemo(() => countFrames(plain), [plain]);
  const place = useMemo(() => placeOfError(plain), [plain]);
  const [message = ''] = withoutAnsi(terminalText(output.evalue)).split('\n');
  const things = frames > 0 ? `, ${frames} ${frames === 1 ? 'frame' : 'frames'}` : '';
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(plain === '' ? `${output.ename}: ${output.evalue}` : plain);
    } catch (error) {
      services.notifications.error('The error was not copied', error);
    }
  };
  return (
    <div data-mime="application/vnd.jupyter.error" className="at-error-output">
      <div className="at-error-head">
        <Icon name="circle-x" />
        <span className="at-error-name">{output.ename || 'Error'}</span>
        <span className="at-error-message" title={output.evalue}>
          {message}
        </span>
        {place && <PlaceLink place={place} />}
        <span className="at-error-space" />
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
        <IconButton icon="copy" label="Copy error" onClick={() => void copy()} />
      </div>
      {isOpen ? (
        <pre id={id} className="at-error-traceback" tabIndex={0}>
          <AnsiText text={traceback} />
        </pre>
      ) : null}
    </div>
  );
}

/** The way to where it was raised; nothing where the named cell is not there any more. */
function PlaceLink({ place }: { place: ErrorPlace }) {
  const view = useNotebook();
  const { services, session } = view;
  const target = useNotebookState(({ order, cells }) =>
    place.kind === 'cell' ? order.find((id) => cells[id]?.executionCount === place.count) : undefined,
  );
  const index = useNotebookState(({ order }) => (target === undefined ? -1 : order.indexOf(target)));
  if (place.kind === 'file') {
    return (
      <span className="at-error-place">
        in{' '}
        <button
          type="button"
          className="at-link-button"
          title={`~/${place.path}`}
          onClick={() => services.tabs.openPath(place.path)}
        >
          {`${shortPath(place.path, session.path)}:${place.line}`}
        </button>
      </span>
    );
  }
  if (target === undefined) return null;
  const go = () => {
    session.editing.select(target);
    view.reveal(target);
  };
  return (
    <span className="at-error-place">
      in{' '}
      <button type="button" className="at-link-button" onClick={go}>
        {`cell ${index + 1}, line ${place.line}`}
      </button>
    </span>
  );
}

/** As seen from the notebook's own folder, where it is in there. */
function shortPath(path: string, notebook: string): string {
  const folder = notebook.slice(0, notebook.lastIndexOf('/') + 1);
  return folder !== '' && path.startsWith(folder) ? path.slice(folder.length) : path;
}
