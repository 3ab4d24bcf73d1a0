import '../command-args.ts';
import type { Tab } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Toolbar, ToolbarSeparator } from '@/ui/Toolbar.tsx';
import { EnvironmentBadges } from '../view/EnvironmentBadges.tsx';
import type { ConsoleSession } from './console-session.ts';

/** What can be done with a console, and at the right what it runs on. */
export function ConsoleToolbar({ session, tab }: { session: ConsoleSession; tab: Tab }) {
  const { tabs, notifications } = useServices();
  const kernelState = useStore(session.store, (state) => state.kernel.state);
  const isEmpty = useStore(session.store, (state) => state.order.length <= 1);
  const showsAll = tab.state?.['showsAll'] === true;
  const set = (state: NonNullable<Tab['state']>) =>
    tabs.update(tab.id, { state: { ...tab.state, ...state } });
  const noKernel = kernelState === 'none' ? 'The console has no kernel' : null;
  const told = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      notifications.error(what, error);
    }
  };
  return (
    <div className="at-notebook-tools">
      <Toolbar label="Console toolbar" end={<EnvironmentBadges />}>
        <IconButton icon="play" label="Run" keys="Shift+Enter" onClick={() => void session.runInput()} />
        <IconButton
          icon="square"
          label="Interrupt kernel"
          disabledReason={noKernel}
          onClick={() => void told('The kernel was not interrupted', () => session.care.interrupt())}
        />
        <IconButton
          icon="rotate-cw"
          label="Restart kernel"
          disabledReason={noKernel}
          onClick={() => void session.care.restart()}
        />
        <ToolbarSeparator />
        <IconButton
          icon="trash-2"
          label="Clear console"
          disabledReason={isEmpty ? 'There is nothing to clear' : null}
          onClick={() => set({ clearedAt: new Date().toISOString() })}
        />
        <IconButton
          icon="radio-tower"
          label="Show all kernel activity"
          isPressed={showsAll}
          onClick={() => set({ showsAll: !showsAll })}
        />
      </Toolbar>
    </div>
  );
}
