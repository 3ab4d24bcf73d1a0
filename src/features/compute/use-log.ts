import { type LogText, ProblemError } from '@atelier-ide/contract';
import { useEffect, useState } from 'react';
import type { Services } from '@/services/services.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';

/** Whose log: that of an app or of the making of an image. */
export type LogSource = { of: 'app' | 'image'; id: string };

export type LogState = { log: LogText | null; problem: string | null };

/** How often an open log is read again while it grows; a change of its app or image is heard at once. */
const PACE_MS = 1_500;

/** The log while it is looked at; follows as long as `isGrowing`, and reads once more when that ends. */
export function useLog({ of, id }: LogSource, isGrowing: boolean): LogState {
  const { api, compute } = useServices();
  const version = useStore(compute.store, (state) =>
    of === 'app' ? state.apps.find((one) => one.id === id) : state.images.find((one) => one.id === id),
  );
  const [state, setState] = useState<LogState>({ log: null, problem: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async () => {
      const next = await readLog(api, { of, id });
      if (isOver) return;
      // What was read stays when a later reading fails.
      setState((before) => (next.log ? next : { log: before.log, problem: next.problem }));
      if (isGrowing) timer = setTimeout(() => void read(), PACE_MS);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api, of, id, isGrowing, version]);
  return state;
}

async function readLog(api: Services['api'], { of, id }: LogSource): Promise<LogState> {
  try {
    return {
      log: await api.call(of === 'app' ? 'getAppLog' : 'getImageLog', { params: { id } }),
      problem: null,
    };
  } catch (error) {
    const problem =
      error instanceof ProblemError ? error.problem.detail : 'The server cannot be reached. The log is kept.';
    return { log: null, problem };
  }
}
