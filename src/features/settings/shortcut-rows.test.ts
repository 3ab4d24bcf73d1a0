import { expect, it } from 'vitest';
import type { AnyCommand } from '@/platform/contributions/contribution.ts';
import type { KeybindingsState } from '@/platform/keybindings/keybinding-service.ts';
import { findRows, shortcutRows } from './shortcut-rows.ts';

const commands = [
  { id: 'save', title: 'Save', group: 'File' },
  { id: 'run', title: 'Run cells', group: 'Run' },
  { id: 'bare', title: 'Has no keys', group: 'File' },
  { id: 'move', title: 'Select next', group: 'Edit', hidden: true },
  { id: 'inner', title: 'Takes arguments', group: 'Edit', hidden: true },
  { id: 'lost', title: 'Lost its keys', group: 'Edit', hidden: true },
  { id: 'delete', title: 'Delete cells', group: 'Edit' },
] as unknown as readonly AnyCommand<never>[];

const state = {
  bindings: [
    { command: 'run', keys: 'Ctrl+S', setBy: 'you' },
    { command: 'run', keys: 'Shift+Enter', when: ['notebook-command', 'notebook-edit'], setBy: 'you' },
    { command: 'save', keys: 'Mod+S', setBy: 'default' },
    { command: 'move', keys: 'J', when: ['notebook-command'], setBy: 'default' },
    { command: 'delete', keys: 'D D', when: ['notebook-command'], setBy: 'default' },
  ],
  changed: new Set(['run', 'lost']),
} as unknown as KeybindingsState;

const rows = shortcutRows(commands, state, false);
const find = (text: string, pressed: string | null = null, changedOnly = false) =>
  findRows(rows, { text, pressed, changedOnly }, false).map(({ title, keys }) => `${title} ${keys}`.trim());

it('lists every command that a key can run, with keys, place and who set them [B2]', () => {
  expect(rows.map(({ title, keys, where, setBy }) => [title, keys, where, setBy])).toEqual([
    ['Delete cells', 'D, D', 'Notebook, command mode', 'Default'],
    ['Has no keys', '', '', 'Not set'],
    ['Lost its keys', '', '', 'You'],
    ['Run cells', 'Ctrl+S', 'Everywhere', 'You'],
    ['Run cells', 'Shift+Enter', 'Notebook', 'You'],
    ['Save', 'Ctrl+S', 'Everywhere', 'Default'],
    ['Select next', 'J', 'Notebook, command mode', 'Default'],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

it('marks both sides of a conflict', () => {
  const marked = rows.filter(({ conflicts }) => conflicts.length > 0);
  expect(marked.map(({ title, keys }) => `${title} ${keys}`)).toEqual(['Run cells Ctrl+S', 'Save Ctrl+S']);
});

it('is searched by name, place, keys and by pressing keys', () => {
  expect(find('run enter')).toEqual(['Run cells Shift+Enter']);
  expect(find('command mode')).toEqual(['Delete cells D, D', 'Select next J']);
  expect(find('', 'Ctrl+S')).toEqual(['Run cells Ctrl+S', 'Save Ctrl+S']);
  expect(find('', 'D')).toEqual(['Delete cells D, D']);
  expect(find('', 'D J')).toEqual([]);
  expect(find('', '')).toHaveLength(rows.length);
  expect(find('', null, true)).toEqual(['Lost its keys', 'Run cells Ctrl+S', 'Run cells Shift+Enter']);
});
