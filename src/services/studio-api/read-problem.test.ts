import { problem } from '@atelier-ide/contract';
import { expect, it } from 'vitest';
import { problemFrom } from './read-problem.ts';

it('gives problems as they are, and what others say the shape of one', () => {
  const told = problem('disk-full', 'The disk is full.');
  expect(problemFrom(507, JSON.stringify(told))).toEqual(told);
  expect(problemFrom(404, '{"message": "No such file"}')).toMatchObject({
    code: 'not-found',
    detail: 'No such file',
    status: 404,
  });
  expect(problemFrom(504, '<h1>Timeout</h1>')).toMatchObject({ code: 'app-unreachable', status: 504 });
});

it('takes the 424 of a hub for a server that is away: what waits for it is tried again', () => {
  expect(problemFrom(424, '<h1>Not running</h1>')).toMatchObject({ code: 'app-unreachable', status: 503 });
});
