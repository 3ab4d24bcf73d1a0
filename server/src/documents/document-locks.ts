/** Work of one user on paths, one after the other: two creations of one path must not make two documents. */
export type Locks = { run<T>(key: string, work: () => Promise<T>): Promise<T> };

export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      tails.set(key, mine);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === mine) tails.delete(key);
      }
    },
  };
}
