import type { Disposable } from '@/base/disposable.ts';
import type { Services } from '@/services/services.ts';

const ID = 'notebook.tellsBySystem';

/** Asks the browser once somebody switches notifications of the system on; where it refuses, the switch says so. */
export function askPermissionWhenOn({ settings, notifications }: Services): Disposable {
  return settings.onDidChange((id) => {
    if (id !== ID || !settings.get(ID)) return;
    void ask().then((isGranted) => {
      if (isGranted || !settings.get(ID)) return;
      settings.set(ID, false);
      notifications.info(
        'Notifications of the system stay off',
        'The browser does not allow them for this page. Allow them in its site settings, then switch them on again.',
      );
    });
  });
}

async function ask(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  if (Notification.permission === 'granted') return true;
  return (await Notification.requestPermission()) === 'granted';
}
