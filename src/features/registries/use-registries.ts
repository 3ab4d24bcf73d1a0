import { type Registry, ProblemError } from '@atelier-ide/contract';
import { useEffect, useState } from 'react';
import type { Services } from '@/services/services.ts';

export type RegistriesState =
  | { status: 'loading' }
  | { status: 'ready'; items: readonly Registry[] }
  | { status: 'failed'; reason: string };

async function readRegistries({ api }: Services): Promise<RegistriesState> {
  try {
    return { status: 'ready', items: await api.all('listRegistries', {}) };
  } catch (error) {
    const reason = error instanceof ProblemError ? error.problem.detail : 'The server cannot be reached.';
    return { status: 'failed', reason };
  }
}

/** The registries of the backend, read when the panel opens and when it is asked to. */
export function useRegistries(services: Services, isOffered: boolean): [RegistriesState, () => void] {
  const [state, setState] = useState<RegistriesState>({ status: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = isOffered;
    if (isOffered) void readRegistries(services).then((next) => isCurrent && setState(next));
    return () => {
      isCurrent = false;
    };
  }, [services, isOffered, round]);
  const refresh = () => {
    setState({ status: 'loading' });
    setRound((before) => before + 1);
  };
  return [state, refresh];
}
