import type { Duplex } from 'node:stream';

/** Makes what is called before each write: all that is written in one turn leaves in one system call. */
export function createCork(connection: Pick<Duplex, 'cork' | 'uncork'>): () => void {
  let isCorked = false;
  return () => {
    if (isCorked) return;
    isCorked = true;
    connection.cork();
    process.nextTick(() => {
      isCorked = false;
      connection.uncork();
    });
  };
}
