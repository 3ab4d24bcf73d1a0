import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { EditsTrouble } from '@/services/edits/edits-service.ts';
import type { Services, StudioContribution } from '@/services/services.ts';

type Parts = Pick<Services, 'edits' | 'notifications' | 'tabs'>;

const title = 'Edits are not kept in this browser';
const troubles: Readonly<Record<EditsTrouble, string>> = {
  unavailable:
    'Its storage is off, as in some private windows, or does not answer. What you type is still saved to its file.',
  full: 'Its storage is full. What you type is still saved to its file. Free disk space, or delete data of other sites.',
  large: 'A document has more than 32 MB of text. What you type is still saved to its file.',
};

/** What a person is told of edits that are in no file: at a start those of earlier pages, and when none can be kept. */
export const unsavedContribution: StudioContribution = {
  id: 'unsaved',
  activate(services) {
    void tellOfEarlier(services);
    return tellTroubles(services);
  },
};

/** Files that have edits and no tab; a tab brings its own back. */
async function tellOfEarlier({ edits, notifications, tabs }: Parts): Promise<void> {
  const heads = await edits.list();
  const shown = new Set(tabs.store.getState().tabs.map(({ key }) => key));
  const paths = heads.map(({ path }) => path).filter((path) => !shown.has(path));
  const [first] = paths;
  if (first === undefined) return;
  const isOne = paths.length === 1;
  notifications.info(
    isOne
      ? `${nameOf(first)} has edits that were not saved`
      : `${paths.length} files have edits that were not saved`,
    `${isOne ? 'They are kept in this browser.' : `Kept in this browser: ${paths.map(nameOf).join(', ')}.`} Opening brings them back.`,
    [
      {
        label: isOne ? 'Open it' : 'Open them',
        run: () => {
          for (const path of paths.toReversed()) tabs.openPath(path);
        },
      },
    ],
  );
}

/** Each cause once a page. */
function tellTroubles({ edits, notifications }: Parts): Disposable {
  const told = new Set<EditsTrouble>();
  const tell = () => {
    const { trouble } = edits.store.getState();
    if (trouble === null || told.has(trouble)) return;
    told.add(trouble);
    notifications.info(title, troubles[trouble]);
  };
  tell();
  return toDisposable(edits.store.subscribe(tell));
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
