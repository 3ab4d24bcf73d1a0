import type { Clock } from '../clock.ts';
import { createEditsStore } from './edits-store.ts';
import type { EditsService, KeptEdits } from './edits-service.ts';
import { createFakeBrowser } from './fake-sharing.ts';
import { Keeper, type RowToKeep } from './keeper.ts';

/** The journal of edits in memory, with the real keepers, for tests. */
export type FakeEdits = EditsService & {
  readonly kept: Map<string, KeptEdits>;
  /** Nothing is kept from now on, as in a browser without storage. */
  break(): void;
};

/** Tabs of one browser have the same `browser`; what is kept is of each. */
export function createFakeEdits(clock: Clock, browser = createFakeBrowser()): FakeEdits {
  const kept = new Map<string, KeptEdits>();
  const keepers = new Set<Keeper>();
  let serial = 0;
  let isBroken = false;
  const store = createEditsStore();
  const tellUnkept = () =>
    store.setState({ unkept: [...keepers].filter((one) => one.isMissing).map(({ path }) => path) });
  const write = async ({ path, edits }: RowToKeep) => {
    if (!isBroken) kept.set(path, { ...structuredClone(edits), path, time: clock.now() });
    return !isBroken;
  };
  const remove = async (path: string) => {
    kept.delete(path);
    return true;
  };
  return {
    kept,
    store,
    break: () => void (isBroken = true),
    keep(source) {
      const newId = () => `base-${++serial}`;
      const keeper = new Keeper({
        source,
        clock,
        newId,
        write,
        remove,
        didTurn: tellUnkept,
        didEnd: () => {
          keepers.delete(keeper);
          tellUnkept();
        },
      });
      keepers.add(keeper);
      return keeper;
    },
    read: async (path) => kept.get(path) ?? null,
    list: async () => [...kept.values()],
    remove: async (path) => void (await remove(path)),
    clear: async () => kept.clear(),
    holds: (path) => [...keepers].some((one) => one.path === path && one.isKept),
    share: (path) => browser.share(path),
    flush: async () => void (await Promise.all([...keepers].map((one) => one.flush()))),
  };
}
