import '../command-args.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { SelectField } from '@/ui/Field.tsx';
import { Toolbar, ToolbarSeparator } from '@/ui/Toolbar.tsx';
import type { CellType } from '@atelier-ide/core/notebook/model.ts';
import { cellTypes } from '../session/active-session.ts';
import { selectedType } from '../session/notebook-store.ts';
import { EnvironmentBadges } from './EnvironmentBadges.tsx';
import { useNotebook, useNotebookState } from './use-notebook.ts';

type ToolId =
  | 'document.save'
  | 'notebook.insertBelow'
  | 'notebook.cutCells'
  | 'notebook.copyCells'
  | 'notebook.pasteCells'
  | 'notebook.runAndSelectNext'
  | 'notebook.interruptKernel'
  | 'notebook.restartKernel'
  | 'notebook.restartAndRunAll'
  | 'notebook.openImageTerminal';

/** The tools of a notebook, and at the right what it runs on. */
export function NotebookToolbar() {
  return (
    <Toolbar label="Notebook toolbar" end={<EnvironmentBadges />}>
      <Tool id="document.save" label="Save" icon="save" />
      <Tool id="notebook.insertBelow" label="Insert cell" icon="plus" />
      <Tool id="notebook.cutCells" label="Cut cells" icon="scissors" />
      <Tool id="notebook.copyCells" label="Copy cells" icon="copy" />
      <Tool id="notebook.pasteCells" label="Paste cells" icon="clipboard-paste" />
      <ToolbarSeparator />
      <Tool id="notebook.runAndSelectNext" label="Run" icon="play" />
      <Tool id="notebook.interruptKernel" label="Interrupt kernel" icon="square" />
      <Tool id="notebook.restartKernel" label="Restart kernel" icon="rotate-cw" />
      <Tool id="notebook.restartAndRunAll" label="Restart and run all" icon="fast-forward" />
      <ToolbarSeparator />
      <TypeChoice />
      <ToolbarSeparator />
      <Tool id="notebook.openImageTerminal" label="Open image terminal" icon="square-terminal" />
    </Toolbar>
  );
}

function Tool({ id, label, icon }: { id: ToolId; label: string; icon: string }) {
  const { commands, context } = useServices();
  const { focus, session } = useNotebook();
  const reason = useStore(context.store, () => {
    const can = commands.enablement(id);
    return can === true ? null : can.reason;
  });
  return (
    <IconButton
      icon={icon}
      label={label}
      keys={commands.keysOf(id)}
      disabledReason={reason}
      onClick={() => {
        // The keyboard goes on in the cells, as after a key.
        focus.claim();
        void commands.run(id);
        focusCells(session.store.getState().active);
      }}
    />
  );
}

function focusCells(id: string | null): void {
  if (id === null) return;
  document
    .querySelector<HTMLElement>(`.at-cell[data-cell-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true });
}

function TypeChoice() {
  const { session } = useNotebook();
  const type = useNotebookState(selectedType);
  const options = type === null ? [{ value: '', label: 'Mixed' }, ...cellTypes] : cellTypes;
  return (
    <SelectField
      label="Cell type"
      isLabelHidden
      isQuiet
      options={options}
      value={type ?? ''}
      onChange={(value) => {
        if (value !== '') session.editing.changeType(value as CellType);
      }}
    />
  );
}
