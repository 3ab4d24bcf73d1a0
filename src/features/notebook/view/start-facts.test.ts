import { describe, expect, it } from 'vitest';
import { fakeApp, fakeImage, fakeType } from '@/services/fake-compute-store.ts';
import {
  endWords,
  failedApp,
  isOutOfMemory,
  largerType,
  placeNames,
  runningCells,
  startFacts,
  withinSentence,
} from './start-facts.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23) + seconds * 1000).toISOString();
const place = { imageId: 'base', kernelName: 'python3', instanceType: 'ml.t3.medium' };

describe('the start of a kernel', () => {
  it('is shown before its app is known', () => {
    expect(startFacts(undefined, 'ml.m5.large', at(1))).toEqual({
      instanceType: 'ml.m5.large',
      phases: [],
      createdAt: at(1),
    });
  });

  it('is that of its app, with the kernel behind it [C3]', () => {
    const phases = [{ name: 'server' as const, startedAt: at(1), endedAt: at(3) }];
    const starting = fakeApp('a', { status: 'Pending', phase: 'server', createdAt: at(1), phases });
    expect(startFacts(starting, null, at(1))).toBe(starting);
    const ready = fakeApp('a', { createdAt: at(1), phases, typicalMs: 900 });
    expect(startFacts(ready, null, at(0.5))).toMatchObject({
      createdAt: at(1),
      phase: 'kernel',
      typicalMs: 900,
      phases: [...phases, { name: 'kernel', startedAt: at(3) }],
    });
  });

  it('does not count the time of an app that ran before', () => {
    const phases = [{ name: 'server' as const, startedAt: at(1), endedAt: at(3) }];
    const facts = startFacts(fakeApp('a', { createdAt: at(1), phases, typicalMs: 900 }), null, at(600));
    expect(facts.createdAt).toBe(at(600));
    expect(facts.phase).toBe('kernel');
    expect(facts.phases.map((one) => [one.name, one.endedAt])).toEqual([
      ['queued', at(600)],
      ['instance', at(600)],
      ['image', at(600)],
      ['server', at(600)],
      ['kernel', undefined],
    ]);
    expect(facts.typicalMs).toBeUndefined();
  });
});

describe('the words of a switch', () => {
  const images = [fakeImage('base', 'Base Python'), fakeImage('science', 'Data Science')];
  it('name what is different', () => {
    expect(placeNames({ from: place, to: { ...place, instanceType: 'ml.m5.large' } }, images)).toEqual({
      from: 'ml.t3.medium',
      to: 'ml.m5.large',
    });
    expect(placeNames({ from: place, to: { ...place, imageId: 'science' } }, images)).toEqual({
      from: 'Base Python',
      to: 'Data Science',
    });
    expect(placeNames({ from: place, to: place }, images).to).toBe('a new Python 3');
  });

  it('take a sentence of the system in', () => {
    expect(withinSentence('No host has 32 GiB free. ')).toBe('no host has 32 GiB free');
    expect(withinSentence('Nothing is here; ml.x is full.')).toBe('Nothing is here; ml.x is full');
    expect(runningCells(1)).toBe('1 running cell');
    expect(runningCells(3)).toBe('3 running cells');
  });
});

describe('after an end for lack of memory', () => {
  const types = [
    fakeType('ml.t3.medium', [2, 4], { fastLaunch: true }),
    fakeType('ml.t3.large', [2, 8]),
    fakeType('ml.m5.large', [2, 8], { fastLaunch: true, order: 5 }),
    fakeType('ml.g4dn.xlarge', [4, 16], { gpu: 1 }),
    fakeType('ml.m5.2xlarge', [8, 32], { available: { ok: false } }),
  ];
  it('the next larger type that can be had is offered', () => {
    expect(largerType(types, 'ml.t3.medium')?.name).toBe('ml.m5.large');
    expect(largerType(types, 'ml.m5.large')).toBeUndefined();
    expect(largerType(types, null)).toBeUndefined();
  });

  it('is told by the words of the cause', () => {
    expect(isOutOfMemory('The kernel ran out of memory in cell 7.')).toBe(true);
    expect(isOutOfMemory('The kernel was ended by signal 9.')).toBe(false);
    expect(isOutOfMemory(undefined)).toBe(false);
  });
});

it('the newest app that failed for an environment has the log of its failure', () => {
  const failed = (id: string, seconds: number, change = {}) =>
    fakeApp(id, { status: 'Failed', imageId: 'base', createdAt: at(seconds), ...change });
  const apps = [failed('a', 1), failed('b', 9), failed('c', 20, { imageId: 'other' }), fakeApp('d')];
  expect(failedApp(apps, place)?.id).toBe('b');
});

describe('the end of a kernel', () => {
  const kept = 'Your code, outputs and files are kept.';
  it('is told as fact, what it took, what is kept, each once', () => {
    const cause = `The kernel ran out of memory (4 GiB) in churn.ipynb. ${kept}`;
    expect(endWords(cause, true, 7)).toEqual({
      fact: 'The kernel ran out of memory (4 GiB) in churn.ipynb.',
      rest: `Cell 7 was running. Its variables are gone. ${kept}`,
    });
  });

  it('says that a new one runs, unless the cause does', () => {
    expect(endWords('The kernel ended', false, 0)).toEqual({
      fact: 'The kernel ended.',
      rest: `A new kernel runs, without the variables. ${kept}`,
    });
    expect(endWords('The kernel died. It was started again.', false, 0).rest).toBe(
      `It was started again. ${kept}`,
    );
  });
});
