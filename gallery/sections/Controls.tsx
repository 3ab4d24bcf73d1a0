import { useState } from 'react';
import { Button, IconButton } from '@/ui/Button.tsx';
import { Checkbox, SearchField, SelectField, Switch, TextField } from '@/ui/Field.tsx';
import { Kbd } from '@/ui/Kbd.tsx';
import { Tag } from '@/ui/Tag.tsx';
import { Toolbar } from '@/ui/Toolbar.tsx';
import { nothing, Section, State } from '../Section.tsx';

export function Controls() {
  return (
    <>
      <Buttons />
      <Fields />
      <Section title="Toolbar">
        <div className="g-box">
          <Toolbar label="Example toolbar" end={<Button icon="share-2">Share</Button>}>
            <IconButton icon="save" label="Save" keys="Ctrl+S" />
            <IconButton icon="play" label="Run" keys="Shift+Enter" />
            <IconButton icon="square" label="Interrupt" disabledReason="The notebook has no kernel" />
          </Toolbar>
        </div>
      </Section>
      <Section title="Tags and keys">
        <div className="g-row">
          <Tag>CPU</Tag>
          <Tag tone="accent">Fits your peak</Tag>
          <Tag tone="ok" icon="check">
            Approved
          </Tag>
          <Tag tone="warn" icon="triangle-alert">
            Pending approval
          </Tag>
          <Tag tone="danger" icon="x">
            Rejected
          </Tag>
          <Kbd keys="Ctrl+Shift+P" />
          <Kbd framed keys="Enter" />
        </div>
      </Section>
    </>
  );
}

function Buttons() {
  return (
    <>
      <Section title="Buttons">
        <div className="g-row">
          <State name="primary">
            <Button variant="primary">Run all</Button>
          </State>
          <State name="disabled">
            <Button variant="primary" disabled>
              Run all
            </Button>
          </State>
          <State name="secondary">
            <Button>Cancel</Button>
          </State>
          <State name="with a reason">
            <Button disabledReason="4 of 4 apps are in use">Start</Button>
          </State>
          <State name="in dialogs">
            <Button variant="primary" size="lg">
              Save and continue
            </Button>
          </State>
        </div>
        <div className="g-row">
          <State name="quiet">
            <Button variant="quiet">Show log</Button>
          </State>
          <State name="danger">
            <Button variant="danger">Shut down</Button>
          </State>
          <State name="danger, confirm">
            <Button variant="dangerFilled">Shut down 5 items</Button>
          </State>
          <State name="with an icon">
            <Button icon="notebook-pen">New notebook</Button>
          </State>
        </div>
      </Section>
      <Section title="Icon buttons">
        <div className="g-row">
          <State name="rest">
            <IconButton icon="play" label="Run" />
          </State>
          <State name="on">
            <IconButton icon="columns-2" label="Split" isPressed />
          </State>
          <State name="off">
            <IconButton icon="columns-2" label="Split again" isPressed={false} />
          </State>
          <State name="disabled">
            <IconButton icon="square" label="Interrupt" disabled />
          </State>
          <State name="with a reason">
            <IconButton icon="rotate-cw" label="Restart" disabledReason="The notebook has no kernel" />
          </State>
        </div>
      </Section>
    </>
  );
}

function Fields() {
  const [text, setText] = useState('churn');
  const [query, setQuery] = useState('');
  const [kernel, setKernel] = useState('python');
  const [isOn, setOn] = useState(true);
  const kernels = [
    { value: 'python', label: 'Python 3' },
    { value: 'none', label: 'No kernel' },
  ];
  return (
    <Section title="Fields and choices">
      <div className="g-fields">
        <TextField label="Name" value={text} onChange={setText} hint="Letters, digits, - and _." />
        <TextField
          label="Name with a problem"
          value="nb?.ipynb"
          onChange={nothing}
          problem="A name cannot contain ? Use letters, digits, - and _."
        />
        <TextField label="Disabled" value="No script" onChange={nothing} disabled />
        <TextField label="In dialogs" value={text} onChange={setText} isLarge />
        <SelectField label="Kernel" value={kernel} options={kernels} onChange={setKernel} />
        <SelectField label="Quiet" isQuiet value={kernel} options={kernels} onChange={setKernel} />
      </div>
      <SearchField label="Filter files" icon="list-filter" value={query} onChange={setQuery} />
      <div className="g-row">
        <Checkbox label="On" isOn={isOn} onChange={setOn} />
        <Checkbox label="Off" isOn={!isOn} onChange={(next) => setOn(!next)} />
        <Checkbox label="Disabled" isOn={false} disabled onChange={nothing} />
        <Switch label="Fast launch only" isOn={isOn} onChange={setOn} />
        <Switch label="Off" isOn={!isOn} onChange={(next) => setOn(!next)} />
        <Switch label="Disabled" isOn={false} disabled onChange={nothing} />
      </div>
    </Section>
  );
}
