import type { FoundEnvironment, Image } from '@atelier-ide/contract';
import { useEffect, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { problemText } from './use-choice.ts';

export type Found = {
  status: 'off' | 'looking' | 'ready' | 'failed';
  items: readonly FoundEnvironment[];
  problem: string | null;
  /** Makes the image of an environment, or gets the one that was made of it. */
  use(found: FoundEnvironment): Promise<Image | null>;
};

type Reading = Pick<Found, 'status' | 'items' | 'problem'>;

/** Environments in the home, looked for when the dialog opens; off where the backend does not look. */
export function useFound(): Found {
  const { api, session } = useServices();
  const hasFeature = useStore(session.store, () => session.has('environments'));
  const [reading, setReading] = useState<Reading>({ status: 'looking', items: [], problem: null });
  useEffect(() => {
    if (!hasFeature) return;
    let isOver = false;
    const look = async () => {
      try {
        const items = await api.all('listEnvironments', {});
        if (!isOver) setReading({ status: 'ready', items, problem: null });
      } catch (error) {
        if (!isOver) setReading({ status: 'failed', items: [], problem: problemText(error) });
      }
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [api, hasFeature]);
  const use = async ({ id }: FoundEnvironment) => {
    try {
      const image = await api.call('createImage', { body: { environmentId: id } });
      const items = reading.items.map((one) => (one.id === id ? { ...one, imageId: image.id } : one));
      setReading({ status: 'ready', items, problem: null });
      return image;
    } catch (error) {
      setReading({ ...reading, problem: problemText(error) });
      return null;
    }
  };
  return hasFeature ? { ...reading, use } : { status: 'off', items: [], problem: null, use };
}
