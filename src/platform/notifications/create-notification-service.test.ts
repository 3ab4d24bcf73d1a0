import { describe, expect, it } from 'vitest';
import { problem, ProblemError } from '@atelier-ide/contract';
import { createNotificationService, markRead } from './create-notification-service.ts';
import { describeError } from './describe-error.ts';

describe('notification service', () => {
  it('keeps the newest first, each unread with its time', () => {
    let now = 10;
    const service = createNotificationService(() => (now += 1));
    service.info('First');
    service.success('Second', 'Kept.', [{ label: 'Undo', run: () => undefined }]);
    expect(service.store.getState().items).toMatchObject([
      { kind: 'success', title: 'Second', detail: 'Kept.', time: 12, isRead: false },
      { kind: 'info', title: 'First', time: 11 },
    ]);
  });

  it('keeps 200 and lets older ones go', () => {
    const service = createNotificationService(() => 0);
    for (let count = 0; count < 205; count += 1) service.info(`Message ${count}`);
    const { items } = service.store.getState();
    expect(items).toHaveLength(200);
    expect(items.at(-1)?.title).toBe('Message 5');
  });

  it('marks one or all as read and keeps them', () => {
    const service = createNotificationService(() => 0);
    const first = service.info('First');
    service.info('Second');
    markRead(service, first);
    expect(service.store.getState().items.map((item) => item.isRead)).toEqual([false, true]);
    markRead(service);
    expect(service.store.getState().items.every((item) => item.isRead)).toBe(true);
    service.dismiss(first);
    expect(service.store.getState().items).toHaveLength(1);
  });
});

describe('words of errors', () => {
  it('says what the server said, and folds its code away', () => {
    const error = new ProblemError(problem('limit-exceeded', 'Stop one, or use ml.m5.large.'));
    expect(describeError(error)).toEqual({
      detail: 'Stop one, or use ml.m5.large.',
      raw: 'limit-exceeded, HTTP 409: A limit is reached',
    });
  });

  it('says that the server cannot be reached, in no browser’s own words', () => {
    expect(describeError(new TypeError('Failed to fetch')).detail).toContain('cannot be reached');
    expect(describeError(new TypeError('NetworkError when attempting to fetch resource.')).detail).toContain(
      'cannot be reached',
    );
  });

  it('never shows the text of a program as a sentence', () => {
    expect(describeError(new TypeError('x is undefined'))).toEqual({ raw: 'TypeError: x is undefined' });
    expect(describeError({ odd: 1 })).toEqual({ raw: '{"odd":1}' });
    expect(describeError(undefined)).toEqual({ raw: 'undefined' });
  });
});
