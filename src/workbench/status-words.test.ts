import { expect, it } from 'vitest';
import { clockTime, connectionWords, problemWords } from './status-words.ts';

it('says how the line to the server is', () => {
  const since = new Date(2026, 4, 3, 14, 32).getTime();
  expect(connectionWords({ status: 'connected', since }).text).toBe('Connected');
  expect(connectionWords({ status: 'connecting', since }).text).toBe('Connecting');
  expect(connectionWords({ status: 'offline', since })).toMatchObject({ text: 'Offline since 14:32' });
  expect(connectionWords({ status: 'signed-out', since }).text).toBe('Paused, signed out');
});

it('counts problems in words', () => {
  expect([0, 1, 2].map(problemWords)).toEqual(['No problems', '1 problem', '2 problems']);
});

it('writes clock times with two digits', () => {
  expect(clockTime(new Date(2026, 0, 1, 9, 5).getTime())).toBe('09:05');
});
