import { type ComponentType, useEffect, useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { OpenDialog } from '@/platform/dialogs/dialogs-store.ts';
import { useStore } from '@/services/use-store.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { useStudio } from '../use-studio.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { PromptDialog } from './PromptDialog.tsx';

/** Shows the dialogs that were asked for; the newest is on top. */
export function DialogHost() {
  const { dialogs } = useStudio();
  const open = useStore(dialogs.store, (state) => state.open);
  return open.map((dialog) => <OneDialog key={dialog.id} dialog={dialog} />);
}

function OneDialog({ dialog }: { dialog: OpenDialog }) {
  switch (dialog.kind) {
    case 'confirm':
      return <ConfirmDialog request={dialog.request} onAnswer={dialog.answer} />;
    case 'prompt':
      return <PromptDialog request={dialog.request} onAnswer={dialog.answer} />;
    case 'custom':
      return (
        <ErrorBoundary what="This dialog" onError={dialog.fail}>
          <CustomDialog dialog={dialog} />
        </ErrorBoundary>
      );
  }
}

function CustomDialog({ dialog }: { dialog: OpenDialog & { kind: 'custom' } }) {
  const [View, setView] = useState<ComponentType<DialogProps<unknown, unknown>> | null>(null);
  useEffect(() => {
    let isGone = false;
    const load = async () => {
      try {
        const loaded = await dialog.load();
        if (!isGone) setView(() => loaded.View);
      } catch (error) {
        dialog.fail(error);
      }
    };
    void load();
    return () => {
      isGone = true;
    };
  }, [dialog]);
  return View && <View args={dialog.args} close={dialog.answer} />;
}
