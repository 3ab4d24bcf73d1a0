import { expect, it } from 'vitest';
import type { DialogService } from '@/platform/dialogs/dialog-service.ts';
import type { DocumentSession, DocumentsService } from '@/services/documents/documents-service.ts';
import { createFakeLog } from '@/services/fake-backend.ts';
import type { SessionService } from '@/services/session/session-service.ts';
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

function setUp(documents: readonly DocumentSession[], isConfirmed = false) {
  const asked: unknown[] = [];
  let isOut = false;
  const parts = {
    log: createFakeLog(),
    documents: { sessions: { all: () => documents } } as unknown as DocumentsService,
    dialogs: {
      confirm: (request: unknown) => {
        asked.push(request);
        return Promise.resolve(isConfirmed);
      },
    } as unknown as DialogService,
    session: { signOut: () => Promise.resolve(void (isOut = true)) } as unknown as SessionService,
  };
  return { parts, asked, isOut: () => isOut };
}

it('saves first and then asks nothing', async () => {
  const { parts, asked, isOut } = setUp([createFakeDocument('a.py', () => Promise.resolve())]);
  await signOut(parts);
  expect(asked).toEqual([]);
  expect(isOut()).toBe(true);
});

it('names what could not be saved, and stays when told so', async () => {
  const full = createFakeDocument('a.py', () => Promise.reject(new Error('disk full')));
  const { parts, asked, isOut } = setUp([full, createFakeDocument('b.py', () => Promise.resolve())]);
  await signOut(parts);
  expect(asked).toMatchObject([{ items: ['a.py'], confirmLabel: 'Discard 1 document', danger: true }]);
  expect(isOut()).toBe(false);
});

it('goes when the person agrees to lose it', async () => {
  const full = createFakeDocument('a.py', () => Promise.reject(new Error('disk full')));
  const { parts, isOut } = setUp([full], true);
  await signOut(parts);
  expect(isOut()).toBe(true);
});
