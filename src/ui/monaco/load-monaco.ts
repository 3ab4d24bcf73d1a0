import type * as monacoTypes from 'monaco-editor/editor';

export type Monaco = typeof monacoTypes;

const RETRY_MS = 3000;

/**
 * Loads Monaco when it is first needed (or in idle time before). The browser keeps the one module. Where it cannot be
 * had now (no network), it is tried again until it comes, or null when `signal` ends the wait; what stands in its
 * place can be typed in meanwhile.
 */
export async function loadMonaco(): Promise<Monaco>;
export async function loadMonaco(signal: AbortSignal): Promise<Monaco | null>;
export async function loadMonaco(signal?: AbortSignal): Promise<Monaco | null> {
  while (signal?.aborted !== true) {
    try {
      return (await import('./monaco-setup.ts')).monaco;
    } catch (error) {
      if (!signal) throw error;
      await pause(signal);
    }
  }
  return null;
}

/** Waits, but no longer than until the network is back. */
async function pause(signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    const end = () => resolve();
    const { signal: until } = over;
    const timer = setTimeout(end, RETRY_MS);
    addEventListener('online', end, { once: true, signal: until });
    signal.addEventListener('abort', end, { once: true, signal: until });
    until.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
  over.abort();
}
