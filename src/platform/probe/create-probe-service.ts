import { toDisposable } from '@/base/disposable.ts';
import type { DocumentProbe, ProbeService } from './probe-service.ts';

/** Also tells when a document comes or goes, which only the tests' door listens to. */
export type ObservableProbes = ProbeService & { onDidChangeAll(listener: () => void): () => void };

/** Makes the probe service, with no document open. */
export function createProbeService(): ObservableProbes {
  const probes = new Set<DocumentProbe>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of Array.from(listeners)) listener();
  };
  return {
    add(probe) {
      probes.add(probe);
      const change = probe.onDidChange(tell);
      tell();
      return toDisposable(() => {
        probes.delete(probe);
        change.dispose();
        tell();
      });
    },
    all: () => [...probes],
    onDidChangeAll(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
