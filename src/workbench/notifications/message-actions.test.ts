import { expect, it } from 'vitest';
import type { Notification } from '@/platform/notifications/notification-service.ts';
import { groupByAge, messageActions } from './message-actions.ts';

const at = (time: number): Notification => ({
  id: `n${time}`,
  kind: 'success',
  title: 'Saved',
  actions: [],
  time,
  isRead: false,
});

it('groups by age and leaves empty groups out', () => {
  const noon = new Date(2026, 4, 2, 12, 0).getTime();
  const minute = 60_000;
  const items = [at(noon - minute), at(noon - 30 * minute), at(noon - 13 * 60 * minute)];
  const groups = groupByAge(items, noon).map((group) => [group.title, group.items.length]);
  expect(groups).toEqual([
    ['Now', 1],
    ['Earlier today', 1],
    ['Earlier', 1],
  ]);
  expect(groupByAge(items.slice(1, 2), noon).map(({ title }) => title)).toEqual(['Earlier today']);
});

it('pressing a button of a message is having read it', () => {
  const order: string[] = [];
  const item = { ...at(0), actions: [{ label: 'Undo', run: () => void order.push('run') }] };
  messageActions(item, () => order.push('read'))[0]?.onSelect();
  expect(order).toEqual(['read', 'run']);
});
