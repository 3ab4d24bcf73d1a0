import { renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import type { FileChange } from '@/services/files/files-service.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { FakeHome } from './fake-home.ts';
import { TextSession } from './text-session.ts';
import { useLook } from './use-look.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function shown() {
  const disk = new FakeHome();
  const events = new Emitter<unknown>();
  const changes = new Emitter<FileChange>();
  const page = disk.services();
  const services = {
    ...page,
    events: { onDidReceive: events.event },
    files: { ...page.files, onDidChange: changes.event },
  } as unknown as Services;
  const session = new TextSession(services, disk.path);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ServicesContext value={services}>{children}</ServicesContext>
  );
  const view = renderHook(({ isShown }) => useLook(session, isShown), {
    wrapper,
    initialProps: { isShown: true },
  });
  await vi.advanceTimersByTimeAsync(5_000);
  const text = () => {
    const state = session.store.getState();
    return state.status === 'ready' ? state.text : state.status;
  };
  return { disk, events, changes, view, text };
}

it.each<[string, (world: Awaited<ReturnType<typeof shown>>) => void]>([
  ['the window gets the focus', () => void window.dispatchEvent(new Event('focus'))],
  ['a cell has run', ({ events }) => events.fire({ type: 'execution', execution: { state: 'done' } })],
  [
    'this page wrote the file in another way',
    ({ changes, disk }) => changes.fire({ kind: 'changed', path: disk.path }),
  ],
  [
    'the tab is brought to the front',
    ({ view }) => {
      view.rerender({ isShown: false });
      view.rerender({ isShown: true });
    },
  ],
])('looks at the file when %s', async (_, happen) => {
  const world = await shown();
  world.disk.write('theirs\n');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.text()).toBe('one\n');
  happen(world);
  await vi.advanceTimersByTimeAsync(0);
  expect(world.text()).toBe('theirs\n');
});

it('looks every three seconds at most, and asks nothing while nothing happens or nobody sees it', async () => {
  const { disk, events, view } = await shown();
  let reads = 0;
  const content = disk.content.bind(disk);
  disk.content = () => {
    reads += 1;
    return content();
  };
  const run = () => events.fire({ type: 'execution', execution: { state: 'done' } });
  for (let i = 0; i < 30; i++) {
    run();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(reads).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(2);
  view.rerender({ isShown: false });
  run();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(2);
});
