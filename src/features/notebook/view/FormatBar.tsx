import { useState } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { keptName, upgradeFormat } from '../session/format-upgrade.ts';
import { useNotebook, useNotebookState } from './use-notebook.ts';

/** Says that a file is in another format and only shown, and offers the way on. */
export function FormatBar() {
  const { session, services } = useNotebook();
  const lock = useNotebookState((state) => state.lock);
  const isWritable = useNotebookState((state) => state.isWritable);
  const [isBusy, setIsBusy] = useState(false);
  if (!lock) return null;
  const { format, way } = lock;
  const name = session.path.slice(session.path.lastIndexOf('/') + 1);
  const keptAs = keptName(name, format);

  const upgrade = async () => {
    const isAgreed = await services.dialogs.confirm({
      title: `Upgrade ${name} to format 4?`,
      detail: `The file is written anew in format 4.5. The original is kept as ${keptAs}. Programs that read only format ${format} open that one.`,
      confirmLabel: 'Upgrade notebook',
    });
    if (!isAgreed) return;
    setIsBusy(true);
    try {
      const kept = await upgradeFormat(session);
      const keptFile = kept.slice(kept.lastIndexOf('/') + 1);
      services.notifications.info(`${name} is in format 4 now`, `The original is kept as ${keptFile}.`);
    } catch (error) {
      services.notifications.error(`${name} was not upgraded`, error);
    } finally {
      setIsBusy(false);
    }
  };
  const edit = () => session.store.setState({ lock: null, refusal: null });
  return (
    <Bar
      tone="info"
      role="region"
      label="Notebook format"
      actions={
        way === 'upgrade' ? (
          <Button
            variant="primary"
            disabled={isBusy}
            disabledReason={isWritable ? null : 'You may read this file, not write it'}
            onClick={() => void upgrade()}
          >
            Upgrade…
          </Button>
        ) : way === 'edit' ? (
          <Button onClick={edit}>Edit anyway</Button>
        ) : null
      }
    >
      {way === 'upgrade' ? (
        <>
          <strong>{`This notebook is in an old format (${format}).`}</strong> It can be read here. To edit and
          run it, upgrade it to format 4.
        </>
      ) : (
        <>
          <strong>{`This notebook is in format ${format}, which is newer than this program.`}</strong> It is
          shown as far as it is understood, and the file is not changed.
          {way === 'edit' ? ' An edit changes only the lines of its cell.' : ''}
        </>
      )}
    </Bar>
  );
}
