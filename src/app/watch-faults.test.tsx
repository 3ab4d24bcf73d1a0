import { afterEach, expect, it } from 'vitest';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createFakeLog } from '@/services/fake-backend.ts';
import { watchFaults } from './watch-faults.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function setUp() {
  const log = createFakeLog();
  const notifications = createNotificationService(() => 0);
  const watch = watchFaults(window, { log, notifications });
  ends.push(() => watch.dispose());
  const fail = (error: unknown) => window.dispatchEvent(new ErrorEvent('error', { error }));
  return { log, notifications, watch, fail };
}

it('logs every uncaught fault and tells each kind once', () => {
  const { log, notifications, fail } = setUp();
  fail(new TypeError('x is undefined'));
  fail(new TypeError('x is undefined'));
  fail(new RangeError('y'));
  expect(log.lines).toHaveLength(3);
  expect(notifications.store.getState().items.map((item) => item.raw)).toEqual([
    'RangeError: y',
    'TypeError: x is undefined',
  ]);
});

it('says nothing of what was cancelled on purpose', () => {
  const { log, fail } = setUp();
  fail(new DOMException('stopped', 'AbortError'));
  expect(log.lines).toEqual([]);
});

it('stops with its owner', () => {
  const { log, watch, fail } = setUp();
  watch.dispose();
  fail(new TypeError('late'));
  expect(log.lines).toEqual([]);
});
