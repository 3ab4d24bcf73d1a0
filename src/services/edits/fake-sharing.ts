import { type SharedDocument, shareDocument } from './shared-document.ts';

type Waiting = { run: (lock: Lock | null) => unknown; end(): void };

/** Tabs of one browser in memory, for tests: locks as the browser gives them, channels that answer a moment later. */
export function createFakeBrowser(): { share(path: string): SharedDocument } {
  const channels = new Map<string, Set<FakeChannel>>();
  const lines = new Map<string, { isHeld: boolean; waiting: Waiting[] }>();
  const lineOf = (name: string) => {
    const line = lines.get(name) ?? { isHeld: false, waiting: [] };
    lines.set(name, line);
    return line;
  };
  const give = (name: string) => {
    const line = lineOf(name);
    const next = line.isHeld ? undefined : line.waiting.shift();
    if (!next) return;
    line.isHeld = true;
    void Promise.resolve(next.run({ mode: 'exclusive', name })).then(() => {
      line.isHeld = false;
      next.end();
      give(name);
    });
  };
  const request = (
    name: string,
    options: { ifAvailable?: boolean; signal?: AbortSignal },
    run: Waiting['run'],
  ) =>
    new Promise<void>((resolve, reject) => {
      const line = lineOf(name);
      if (options.ifAvailable && (line.isHeld || line.waiting.length > 0)) {
        run(null);
        resolve();
        return;
      }
      const waiting: Waiting = { run, end: resolve };
      line.waiting.push(waiting);
      options.signal?.addEventListener('abort', () => {
        const at = line.waiting.indexOf(waiting);
        if (at < 0) return;
        line.waiting.splice(at, 1);
        reject(new DOMException('Aborted', 'AbortError'));
      });
      give(name);
    });
  return {
    share(path) {
      const all = channels.get(path) ?? new Set<FakeChannel>();
      channels.set(path, all);
      const channel: FakeChannel = {
        onmessage: null,
        postMessage(message) {
          for (const one of all) {
            if (one === channel) continue;
            const data: unknown = structuredClone(message);
            queueMicrotask(() => all.has(one) && one.onmessage?.({ data }));
          }
        },
        close: () => void all.delete(channel),
      };
      all.add(channel);
      return shareDocument({
        name: path,
        locks: { request } as unknown as LockManager,
        channel: channel as unknown as BroadcastChannel,
      });
    },
  };
}

type FakeChannel = {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
};
