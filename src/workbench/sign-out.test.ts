import { expect, it } from 'vitest';
import type { DialogService } from '@/platform/dialogs/dialog-service.ts';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import type { DocumentSession, DocumentsService } from '@/services/documents/documents-service.ts';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createFakeLog } from '@/services/fake-backend.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import type { SessionService } from '@/services/session/session-service.ts';
import type { SignOutAnswer } from './dialogs/SignOutDialog.tsx';
import { signOut } from './sign-out.ts';

function createFakeDocument(path: string, save: () => Promise<void>) {
  let isDirty = true;
  const document: DocumentSession = {
    path,
    get isDirty() {
      return isDirty;
    },
    didMove: () => undefined,
    save: async () => {
      await save();
      isDirty = false;
    },
    dispose: () => undefined,
  };
  return document;
}

const full = (path: string) => createFakeDocument(path, () => Promise.reject(new Error('disk full')));

type Answers = { confirm?: boolean; choice?: SignOutAnswer | null };

function setUp(documents: readonly DocumentSession[], { confirm = false, choice = null }: Answers = {}) {
  const asked: unknown[] = [];
  let isOut = false;
  const edits = createFakeEdits(createFakeClock());
  const keep = (path: string) =>
    edits.kept.set(path, { path, time: 0, hash: 'h', kind: 'text', base: '', changes: 'x' });
  const parts = {
    log: createFakeLog(),
    edits,
    notifications: createNotificationService(() => 0),
    documents: { sessions: { all: () => documents } } as unknown as DocumentsService,
    dialogs: {
      confirm: (request: unknown) => {
        asked.push(request);
        return Promise.resolve(confirm);
      },
      show: (_: unknown, args: unknown) => {
        asked.push(args);
        return Promise.resolve(choice);
      },
    } as unknown as DialogService,
    session: { signOut: () => Promise.resolve(void (isOut = true)) } as unknown as SessionService,
  };
  return { parts, asked, edits, keep, isOut: () => isOut };
}

it('saves first and then asks nothing', async () => {
  const { parts, asked, isOut } = setUp([createFakeDocument('a.py', () => Promise.resolve())]);
  await signOut(parts);
  expect(asked).toEqual([]);
  expect(isOut()).toBe(true);
});

it('names what could not be saved nor kept, and stays when told so', async () => {
  const { parts, asked, isOut } = setUp([full('a.py'), createFakeDocument('b.py', () => Promise.resolve())]);
  await signOut(parts);
  expect(asked).toMatchObject([{ items: ['a.py'], confirmLabel: 'Discard 1 document', danger: true }]);
  expect(isOut()).toBe(false);
});

it('goes when the person agrees to lose it', async () => {
  const { parts, isOut } = setUp([full('a.py')], { confirm: true });
  await signOut(parts);
  expect(isOut()).toBe(true);
});

it('asks what becomes of edits that the browser keeps, open or not, and names what nothing keeps [Q1]', async () => {
  const { parts, asked, keep, isOut } = setUp([full('open.py'), full('lost.py')]);
  keep('open.py');
  keep('earlier.ipynb');
  await signOut(parts);
  expect(asked).toMatchObject([{ kept: ['open.py', 'earlier.ipynb'], lost: ['lost.py'] }]);
  expect(isOut()).toBe(false);
});

it.each([
  ['keep', 1],
  ['delete', 0],
] as const)('signs out and %ss the edits', async (choice, left) => {
  const { parts, edits, keep, isOut } = setUp([], { choice });
  keep('a.py');
  await signOut(parts);
  expect(isOut()).toBe(true);
  expect(edits.kept.size).toBe(left);
});
