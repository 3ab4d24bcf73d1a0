import { useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { Checkbox } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { KernelGlyph } from '@/ui/KernelGlyph.tsx';
import type { Casualty } from './casualties.ts';
import type { ShutDownAnswer, ShutDownQuestion } from './shut-down.ts';
import styles from './ShutDownDialog.module.css';

/** What ends, in what state it is and what of it is kept. The focus starts on Cancel: an end cannot be undone. */
export function View(props: DialogProps<ShutDownQuestion, ShutDownAnswer>) {
  const { args } = props;
  const [includesServer, setIncludesServer] = useState(false);
  const plan = includesServer && args.withServer ? args.withServer : args.plan;
  return (
    <Dialog
      title={plan.title}
      subtitle={plan.sentence}
      role="alertdialog"
      size={640}
      onClose={() => props.close(null)}
      footerStart={
        args.withServer && (
          <Checkbox
            label="Also end JupyterServer and its terminals"
            isOn={includesServer}
            onChange={setIncludesServer}
          />
        )
      }
      actions={
        <>
          <Button size="lg" data-autofocus onClick={() => props.close(null)}>
            Cancel
          </Button>
          <Button size="lg" variant="dangerFilled" onClick={() => props.close({ includesServer })}>
            {plan.confirmLabel}
          </Button>
        </>
      }
    >
      {plan.items.length > 0 && (
        <table className={styles['table']} aria-label="What ends">
          <thead>
            <tr>
              <th scope="col">Ends</th>
              <th scope="col">State</th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {plan.items.map((item) => (
              <CasualtyRow key={item.id} item={item} />
            ))}
          </tbody>
        </table>
      )}
      <p className={styles['note']}>
        <Icon name="check" size={16} />
        {plan.note}
      </p>
    </Dialog>
  );
}

function CasualtyRow({ item }: { item: Casualty }) {
  return (
    <tr>
      <td>
        <span className={styles['name']}>
          <CasualtyIcon item={item} />
          {item.name}
        </span>
      </td>
      <td>
        {item.isWarning ? (
          <span className={styles['warning']}>
            <Icon name="triangle-alert" size={14} />
            {item.state}
          </span>
        ) : (
          item.state
        )}
      </td>
      <td className={item.kept === 'Nothing' ? styles['nothing'] : undefined}>{item.kept}</td>
    </tr>
  );
}

function CasualtyIcon({ item }: { item: Casualty }) {
  if (item.kernelState) return <KernelGlyph state={item.kernelState} size={12} />;
  return <Icon name={item.kind === 'terminal' ? 'square-terminal' : 'box'} size={14} />;
}
