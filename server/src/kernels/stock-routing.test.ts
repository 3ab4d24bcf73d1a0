import { describe, expect, it } from 'vitest';
import { createInputGate } from './input-gate.ts';
import { createStockRouting } from './stock-routing.ts';

describe('routing of answers', () => {
  it('gives an answer to the socket whose request it answers', () => {
    const routing = createStockRouting();
    routing.note('a', { id: 'm1', session: 'sa' });
    routing.note('b', { id: 'm2', session: 'sb' });
    expect(routing.isFor('a', { id: 'm1', session: 'sa' })).toBe(true);
    expect(routing.isFor('b', { id: 'm1', session: 'sa' })).toBe(false);
    expect(routing.isFor('b', { id: 'm2', session: 'sb' })).toBe(true);
  });

  it('falls back to the session of the request when the request is not known', () => {
    const routing = createStockRouting();
    routing.note('key-a', { id: 'm1', session: 'session-a' });
    expect(routing.isFor('key-a', { id: 'older', session: 'session-a' })).toBe(true);
    expect(routing.isFor('key-b', { id: 'older', session: 'session-a' })).toBe(false);
    expect(routing.isFor('key-c', { id: 'older', session: 'key-c' })).toBe(true);
    expect(routing.isFor('key-c', { id: 'older', session: '' })).toBe(false);
  });

  it('stays bounded and still routes old requests by session', () => {
    const routing = createStockRouting();
    for (let n = 0; n < 30_000; n += 1) routing.note('a', { id: `m${n}`, session: 'sa' });
    expect(routing.isFor('a', { id: 'm0', session: 'sa' })).toBe(true);
    expect(routing.isFor('b', { id: 'm0', session: 'sa' })).toBe(false);
  });
});

describe('input gate', () => {
  it('lets the first answer through and drops later ones', () => {
    const gate = createInputGate();
    gate.asked({ id: 'q1', parentId: 'e1', isPassword: false });
    expect(gate.answer('q1')).toEqual({ isFirst: true, isPassword: false });
    expect(gate.answer('q1').isFirst).toBe(false);
    expect(gate.answer('').isFirst).toBe(false);
  });

  it('does not take the answer to an old question for one to the new question', () => {
    const gate = createInputGate();
    gate.asked({ id: 'q1', parentId: 'e1', isPassword: false });
    gate.answer('q1');
    gate.asked({ id: 'q2', parentId: 'e1', isPassword: true });
    expect(gate.answer('q1').isFirst).toBe(false);
    expect(gate.answer('q2')).toEqual({ isFirst: true, isPassword: true });
  });

  it('takes an answer to a question it never saw, and treats it as a password', () => {
    expect(createInputGate().answer('unknown')).toEqual({ isFirst: true, isPassword: true });
  });

  it('drops answers after the execution has ended', () => {
    const gate = createInputGate();
    gate.asked({ id: 'q1', parentId: 'e1', isPassword: false });
    gate.ended('other');
    gate.ended('e1');
    expect(gate.answer('q1').isFirst).toBe(false);
  });
});
