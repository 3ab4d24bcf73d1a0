import type { DocumentSession, SessionRegistry } from './documents-service.ts';

/** Sessions found by the path they have now, so that a move needs no second book to be kept. */
export function createSessionRegistry(
  onDidEnd: (path: string) => void,
): SessionRegistry & { dispose(): void } {
  const entries = new Set<{ session: DocumentSession; users: number }>();
  return {
    acquire<S extends DocumentSession>(path: string, make: () => S) {
      let entry = [...entries].find((one) => one.session.path === path);
      if (!entry) {
        entry = { session: make(), users: 0 };
        entries.add(entry);
      }
      const held = entry;
      held.users += 1;
      let isReleased = false;
      return {
        // One path has one kind of document at a time: the opener that made it is the one that asks again.
        session: held.session as S,
        release() {
          if (isReleased) return;
          isReleased = true;
          held.users -= 1;
          if (held.users > 0) return;
          entries.delete(held);
          const last = held.session.path;
          held.session.dispose();
          onDidEnd(last);
        },
      };
    },
    all: () => [...entries].map((entry) => entry.session),
    dispose() {
      for (const entry of entries) entry.session.dispose();
      entries.clear();
    },
  };
}
