import '../command-args.ts';
import { memo } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { SelectField } from '@/ui/Field.tsx';
import { DropdownMenu, type MenuEntry } from '@/ui/Menu.tsx';
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

type ToolProps = { id: ToolId; label: string; icon: string };

const edit: readonly ToolProps[] = [
  { id: 'notebook.cutCells', label: 'Cut cells', icon: 'scissors' },
  { id: 'notebook.copyCells', label: 'Copy cells', icon: 'copy' },
  { id: 'notebook.pasteCells', label: 'Paste cells', icon: 'clipboard-paste' },
];
const restartAll: ToolProps = {
  id: 'notebook.restartAndRunAll',
  label: 'Restart and run all',
  icon: 'fast-forward',
};
const imageTerminal: ToolProps = {
  id: 'notebook.openImageTerminal',
  label: 'Open image terminal',
  icon: 'square-terminal',
};

/** The tools of a notebook, and at the right what it runs on. Where there is little room some go into a menu. */
export const NotebookToolbar = memo(function NotebookToolbar() {
  return (
    <div className="at-notebook-tools">
      <Toolbar label="Notebook toolbar" end={<EnvironmentBadges />}>
        <Tool id="document.save" label="Save" icon="save" />
        <Tool id="notebook.insertBelow" label="Insert cell" icon="plus" />
        <span className="at-tools-wide">
          {edit.map((tool) => (
            <Tool key={tool.id} {...tool} />
          ))}
          <ToolbarSeparator />
        </span>
        <Tool id="notebook.runAndSelectNext" label="Run" icon="play" />
        <Tool id="notebook.interruptKernel" label="Interrupt kernel" icon="square" />
        <Tool id="notebook.restartKernel" label="Restart kernel" icon="rotate-cw" />
        <span className="at-tools-wide">
          <Tool {...restartAll} />
        </span>
        <ToolbarSeparator />
        <TypeChoice />
        <span className="at-tools-wide">
          <ToolbarSeparator />
          <Tool {...imageTerminal} />
        </span>
        <span className="at-tools-narrow">
          <MoreTools />
        </span>
      </Toolbar>
    </div>
  );
});

/** The tools that a narrow window has no room for. */
function MoreTools() {
  return (
    <DropdownMenu label="More tools" entries={useMoreTools}>
      <IconButton icon="ellipsis" label="More tools" />
    </DropdownMenu>
  );
}

function useMoreTools(): readonly MenuEntry[] {
  const { commands, context } = useServices();
  const facts = useStore(context.store, (state) => state);
  const entryOf = ({ id, label, icon }: ToolProps) => {
    const can = commands.enablement(id);
    return {
      id,
      label,
      icon,
      keys: commands.keysOf(id),
      reason: can === true ? undefined : can.reason,
      onSelect: () => void commands.run(id),
    };
  };
  // Read again with each change of the facts.
  return facts && [...edit.map(entryOf), 'separator', entryOf(restartAll), entryOf(imageTerminal)];
}

function Tool({ id, label, icon }: ToolProps) {
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
