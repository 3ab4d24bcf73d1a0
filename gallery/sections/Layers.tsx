import { useState } from 'react';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { TextField } from '@/ui/Field.tsx';
import { ContextMenu, DropdownMenu, type MenuEntry } from '@/ui/Menu.tsx';
import { MenuBar } from '@/ui/MenuBar.tsx';
import { Splitter } from '@/ui/Splitter.tsx';
import { Tooltip } from '@/ui/Tooltip.tsx';
import { nothing, Section } from '../Section.tsx';

const entries: readonly MenuEntry[] = [
  { id: 'run', label: 'Run selected cell', icon: 'play', keys: 'Shift+Enter', onSelect: nothing },
  { id: 'below', label: 'Run all below', icon: 'fast-forward', onSelect: nothing },
  'separator',
  { id: 'cut', label: 'Cut cell', icon: 'scissors', keys: 'X', onSelect: nothing },
  {
    id: 'paste',
    label: 'Paste cell',
    icon: 'clipboard-paste',
    keys: 'V',
    reason: 'No cell is cut or copied',
    onSelect: nothing,
  },
  { id: 'on', label: 'Line numbers', isChecked: true, onSelect: nothing },
  {
    id: 'more',
    label: 'Change to',
    icon: 'pencil',
    entries: [{ id: 'code', label: 'Code', onSelect: nothing }],
  },
  'separator',
  { id: 'delete', label: 'Delete cell', icon: 'trash-2', keys: 'D, D', danger: true, onSelect: nothing },
];

export function Layers() {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('Untitled.ipynb');
  const [width, setWidth] = useState(200);
  return (
    <>
      <Section title="Menus">
        <MenuBar
          label="Example menu"
          menus={[
            { title: 'File', entries },
            { title: 'Edit', entries },
          ]}
        />
        <div className="g-row">
          <DropdownMenu label="Cell actions" entries={entries}>
            <Button>Open menu</Button>
          </DropdownMenu>
          <ContextMenu label="File actions" entries={entries}>
            <Button>Right click here</Button>
          </ContextMenu>
          <Tooltip text="Runs the selected cells" keys="Shift+Enter">
            <Button variant="quiet">With a tooltip</Button>
          </Tooltip>
        </div>
      </Section>
      <Section title="Dialogs">
        <div className="g-row">
          <Button onClick={() => setOpen(true)}>Rename a file</Button>
        </div>
        {isOpen && (
          <Dialog
            title="Rename a file"
            subtitle="The notebook stays open and keeps its kernel."
            onClose={() => setOpen(false)}
            footerStart="In ~/projects"
            actions={
              <>
                <Button size="lg" onClick={() => setOpen(false)}>
                  Cancel
                </Button>
                <Button size="lg" variant="primary" onClick={() => setOpen(false)}>
                  Rename
                </Button>
              </>
            }
          >
            <TextField label="New name" isLarge value={name} onChange={setName} />
          </Dialog>
        )}
      </Section>
      <Section title="Splitter">
        <div className="g-box g-splitter" style={{ width }}>
          <Splitter label="Width of the example" value={width} min={120} max={320} onChange={setWidth} />
        </div>
      </Section>
    </>
  );
}
