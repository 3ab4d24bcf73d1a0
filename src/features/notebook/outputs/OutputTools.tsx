import { memo, type RefObject } from 'react';
import type { CellId, Output } from '@atelier-ide/core/notebook/model.ts';
import { IconButton } from '@/ui/Button.tsx';
import { DropdownMenu, type MenuEntry } from '@/ui/Menu.tsx';
import { scriptForm } from '../frames/script-form.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { chooseOutput } from './choose-output.ts';
import { copyOutput, fileOfOutput, type ShownOutput } from './copy-output.ts';
import { openOutputView } from './open-output-view.ts';
import { viewsOf } from './output-views.ts';
import { chooseView, outputKey } from './output-views-store.ts';
import { saveFile } from '@/ui/save-file.ts';
import { outputHeightOf, withOutputHeight } from './scrolled.ts';

type OutputToolsProps = {
  id: CellId;
  n: number;
  place: number;
  view: string | undefined;
  /** The output as it is now: each run brings another one, and nothing of it stands in the tools. */
  current: () => Output;
  outputRef: RefObject<HTMLElement | null>;
};

/** Copy, and a menu of all else. They stand in the gutter, so they never cover what the output says. */
export const OutputTools = memo(function OutputTools(props: OutputToolsProps) {
  const { notifications } = useNotebook().services;
  const { n, place, current, view, outputRef } = props;
  const isActive = useNotebookState(({ active }) => active === props.id);
  const tabIndex = isActive ? 0 : -1;
  const shown = (): ShownOutput => ({ output: current(), view, element: outputRef.current });
  const useEntries = () => useOutputActions(props, shown);
  return (
    <div
      role="group"
      aria-label={`Tools of output ${place + 1}, cell ${n}`}
      className="at-output-tools"
      // A press here, or in the menu, which React takes for inside, must not select the cell: it would take the focus.
      onMouseDown={(event) => event.stopPropagation()}
    >
      <IconButton
        icon="copy"
        iconSize={14}
        label="Copy output"
        tabIndex={tabIndex}
        onClick={() => void copyOutput(notifications, shown())}
      />
      <DropdownMenu label="Output actions" entries={useEntries}>
        <IconButton icon="ellipsis" iconSize={14} label="Output actions" tabIndex={tabIndex} />
      </DropdownMenu>
    </div>
  );
});

function useOutputActions(props: OutputToolsProps, shown: () => ShownOutput): readonly MenuEntry[] {
  const { session, services } = useNotebook();
  const { id, n, place } = props;
  const cell = useNotebookState(({ cells }) => cells[id]);
  if (!cell) return [];
  const save = () => {
    const { data, extension } = fileOfOutput(shown());
    const name = session.path.slice(session.path.lastIndexOf('/') + 1).replace(/\.ipynb$/i, '');
    saveFile(`${name}-cell-${n}-output-${place + 1}.${extension}`, data);
  };
  const height = outputHeightOf(cell);
  const setHeight = (wanted: 'limited' | 'free') => {
    const metadata = withOutputHeight(cell.metadata, wanted === height ? 'auto' : wanted);
    session.editing.apply({ type: 'cellMetadata', id, metadata });
  };
  return [
    {
      id: 'copy',
      label: 'Copy output',
      icon: 'copy',
      onSelect: () => void copyOutput(services.notifications, shown()),
    },
    { id: 'save', label: 'Save output as a file', icon: 'download', onSelect: save },
    ...showAs(props, (view) => chooseView(session.outputViews, outputKey(id, place), view)),
    'separator',
    {
      id: 'beside',
      label: 'Open in a new tab',
      icon: 'external-link',
      onSelect: () => openOutputView(services, session.path, id, n),
    },
    'separator',
    {
      id: 'limited',
      label: 'Limit height',
      isChecked: height === 'limited',
      onSelect: () => setHeight('limited'),
    },
    { id: 'free', label: 'Full height', isChecked: height === 'free', onSelect: () => setHeight('free') },
    {
      id: 'collapse',
      label: 'Collapse outputs',
      icon: 'chevron-up',
      onSelect: () => session.cells.setHidden('outputs', true, [cell]),
    },
    {
      id: 'clear',
      label: 'Clear outputs',
      icon: 'eraser',
      onSelect: () => session.editing.clearOutputs([id]),
    },
  ];
}

/** The views there are, where there is a choice. The richest is chosen by choosing nothing. */
function showAs({ current, view }: OutputToolsProps, choose: (view: string | null) => void): MenuEntry[] {
  const output = current();
  if (output.output_type === 'stream' || output.output_type === 'error') return [];
  const views = viewsOf(output);
  if (views.length < 2) return [];
  const richest = scriptForm(output, {}, false) ?? chooseOutput(output).mime;
  const entries = views.map(({ id, label }) => ({
    id,
    label,
    isChecked: id === (view ?? richest),
    onSelect: () => choose(id === richest ? null : id),
  }));
  return [{ id: 'show-as', label: 'Show as', icon: 'layers', entries }];
}
