import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld } from './fake-notebook-services.ts';
import { upgradeFormat } from './format-upgrade.ts';

const cell = { cell_type: 'code', collapsed: false, input: ['a = 1'], language: 'python', outputs: [] };
const old = `${JSON.stringify({ metadata: { name: '' }, nbformat: 3, nbformat_minor: 0, worksheets: [{ cells: [cell] }] }, null, 1)}\n`;
const newer = old
  .replace('"nbformat": 3', '"nbformat": 5')
  .replace('"worksheets"', '"cells": [], "worksheets"');
const later = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 9}';

async function open(text: string, more: Record<string, string> = {}) {
  const world = createFakeWorld({ 'n.ipynb': text, ...more });
  return { world, session: await world.open() };
}

describe('a notebook of an old format', () => {
  it('is shown, and neither edited nor run nor written [E3]', async () => {
    const { world, session } = await open(old);
    const { order, lock, cells } = session.store.getState();
    const [id = asCellId('')] = order;
    expect(lock).toEqual({ format: '3', way: 'upgrade' });
    expect(cells[id]?.source).toBe('a = 1');
    session.editing.setSource(id, 'b');
    session.editing.insert('below');
    session.editing.enterEdit(id);
    await session.runner.run([id]);
    await session.save();
    expect(session.store.getState()).toMatchObject({ order, mode: 'command', refusal: { id } });
    expect(world.submitted).toEqual([]);
    expect(world.writes).toEqual([]);
  });

  it('is written anew when somebody agrees; the original is kept beside it [E3]', async () => {
    const { world, session } = await open(old, { 'n.v3.ipynb': 'of before' });
    expect(await upgradeFormat(session)).toBe('n.v3-2.ipynb');
    expect(world.disk.get('n.v3.ipynb')).toBe('of before');
    expect(world.disk.get('n.v3-2.ipynb')).toBe(old);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '')).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
    const { lock, order } = session.store.getState();
    expect(lock).toBeNull();
    session.editing.setSource(order[0] ?? asCellId(''), 'b = 2');
    await session.saver.flush();
    expect(world.disk.get('n.ipynb')).toContain('"b = 2"');
  });

  it('is not written where it changed meanwhile, and nothing is lost', async () => {
    const { world, session } = await open(old);
    world.disk.set('n.ipynb', later);
    await expect(upgradeFormat(session)).rejects.toThrow('changed');
    expect(world.writes).toEqual([]);
  });
});

describe('a notebook of a newer format', () => {
  it('is only read; a later 4.x may be edited once somebody says so [E3]', async () => {
    const { session } = await open(newer);
    expect(session.store.getState().lock).toEqual({ format: '5.0', way: null });
    const { session: next } = await open(later);
    expect(next.store.getState().lock).toEqual({ format: '4.9', way: 'edit' });
    next.store.setState({ lock: null });
    next.editing.insert('below');
    expect(next.saver.currentText()).toContain('"nbformat_minor": 9');
  });
});
