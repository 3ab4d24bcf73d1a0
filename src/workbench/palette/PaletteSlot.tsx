import { type ComponentType, useEffect, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { useStudio } from '../use-studio.ts';

/** Long enough to stay out of the way of the first paint and of what the first tab loads. */
const loadAfter = 800;

/**
 * The palette while it is open. Its code is loaded soon after the start, or when it is wanted; not by `lazy`, because a
 * part that is there has to take what is typed right after its key, and `lazy` shows it later even then.
 */
export function PaletteSlot() {
  const { log } = useServices();
  const { shell } = useStudio();
  const isOpen = useStore(shell.store, (state) => state.isPaletteOpen);
  const [loaded, setLoaded] = useState<{ Palette: ComponentType } | null>(null);
  const isMissing = loaded === null;
  useEffect(() => {
    if (!isMissing) return;
    const load = async () => {
      try {
        setLoaded(await import('./Palette.tsx'));
      } catch (error) {
        log.warn('The palette was not loaded', { error: String(error) });
      }
    };
    const timer = setTimeout(() => void load(), isOpen ? 0 : loadAfter);
    return () => clearTimeout(timer);
  }, [isMissing, isOpen, log]);
  return isOpen && loaded ? <loaded.Palette /> : null;
}
