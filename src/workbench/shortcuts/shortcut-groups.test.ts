import { expect, it } from 'vitest';
import type { CommandService } from '@/platform/commands/command-service.ts';
import { shortcutGroups } from './shortcut-groups.ts';

const commands = {
  all: () => [
    { id: 'run', title: 'Run selected cells', group: 'Run' },
    { id: 'all', title: 'Run all cells', group: 'Run' },
    { id: 'save', title: 'Save', group: 'File' },
    { id: 'bare', title: 'Has no keys', group: 'File' },
  ],
  keysOf: (id: string) => ({ run: 'Shift+Enter', all: 'Ctrl+F9', save: 'Ctrl+S' })[id],
} as unknown as CommandService;

it('lists commands that have keys, in the order of the menus and by name [B2]', () => {
  expect(shortcutGroups(commands, '')).toEqual([
    { title: 'File', lines: [{ id: 'save', name: 'Save', keys: 'Ctrl+S' }] },
    {
      title: 'Run',
      lines: [
        { id: 'all', name: 'Run all cells', keys: 'Ctrl+F9' },
        { id: 'run', name: 'Run selected cells', keys: 'Shift+Enter' },
      ],
    },
  ]);
});

it('finds by name and by keys', () => {
  expect(shortcutGroups(commands, 'enter').flatMap(({ lines }) => lines.map(({ id }) => id))).toEqual([
    'run',
  ]);
  expect(shortcutGroups(commands, 'SAVE').map(({ title }) => title)).toEqual(['File']);
  expect(shortcutGroups(commands, 'nothing')).toEqual([]);
});
