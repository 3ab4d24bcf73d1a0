import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FocusArea } from '@/platform/context/context-service.ts';
import type { CommandId, Keybinding } from '@/platform/contributions/contribution.ts';
import { conflictsOf, isSameBinding, removeKeys, takeKeys } from './key-conflicts.ts';
import { refusalOf } from './refused-keys.ts';

const bind = (command: string, keys: string, ...when: FocusArea[]): Keybinding => ({
  command: command as CommandId,
  keys,
  ...(when.length > 0 ? { when } : {}),
});

const bindings = [
  bind('save', 'Mod+S'),
  bind('delete', 'D D', 'notebook-command'),
  bind('run', 'Shift+Enter', 'notebook-command', 'notebook-edit'),
  bind('open', 'Ctrl+E', 'files'),
];

const kinds = (binding: Keybinding) =>
  conflictsOf(binding, bindings, false).map(({ command, kind, where }) => [command, kind, where?.join(' ')]);

describe('conflicts of keys', () => {
  it('name the command that has the keys, and where [B2]', () => {
    expect(kinds(bind('new', 'Shift+Enter', 'notebook-edit'))).toEqual([['run', 'same', 'notebook-edit']]);
    expect(kinds(bind('new', 'Shift+Enter', 'editor'))).toEqual([]);
    expect(kinds(bind('new', 'Ctrl+S'))).toEqual([['save', 'same', undefined]]);
  });

  it('are there between one press and a chord that begins with it', () => {
    expect(kinds(bind('new', 'D', 'notebook-command'))).toEqual([['delete', 'chord', 'notebook-command']]);
    expect(kinds(bind('new', 'Mod+S Mod+S'))).toEqual([['save', 'chord', undefined]]);
    expect(kinds(bind('new', 'D A', 'notebook-command'))).toEqual([]);
  });

  it('tell keys of everywhere from those of a place, which go first', () => {
    expect(kinds(bind('new', 'Ctrl+E'))).toEqual([['open', 'first', 'files']]);
    expect(kinds(bind('new', 'Ctrl+S', 'files'))).toEqual([['save', 'second', 'files']]);
  });

  it('are none with the command itself', () => {
    expect(kinds(bind('save', 'Mod+S'))).toEqual([]);
  });
});

describe('taking keys over', () => {
  it('leaves the other command what it has elsewhere', () => {
    const changes = takeKeys(bind('new', 'Shift+Enter', 'notebook-edit'), { bindings, isMac: false });
    expect([...changes]).toEqual([
      ['new', [bind('new', 'Shift+Enter', 'notebook-edit')]],
      ['run', [bind('run', 'Shift+Enter', 'notebook-command')]],
    ]);
  });

  it('replaces one of the command’s own keys, or adds to them', () => {
    const own = [bind('a', 'A', 'files'), bind('a', 'B', 'files')];
    const replaced = takeKeys(bind('a', 'C', 'files'), { bindings: own, isMac: false, replaces: own[0] });
    expect(replaced.get('a' as CommandId)?.map(({ keys }) => keys)).toEqual(['C', 'B']);
    const added = takeKeys(bind('a', 'C', 'files'), { bindings: own, isMac: false });
    expect(added.get('a' as CommandId)?.map(({ keys }) => keys)).toEqual(['A', 'B', 'C']);
    const doubled = takeKeys(bind('a', 'B', 'files'), { bindings: own, isMac: false, replaces: own[0] });
    expect(doubled.get('a' as CommandId)?.map(({ keys }) => keys)).toEqual(['B']);
    expect(removeKeys(bind('a', 'A', 'files'), own).get('a' as CommandId)).toEqual([own[1]]);
  });

  it('ends every conflict in which one of the two would never run, whatever was there before', () => {
    const areas = fc.option(
      fc.uniqueArray(fc.constantFrom<FocusArea>('files', 'editor', 'notebook-command'), { minLength: 1 }),
    );
    const any = fc
      .record({
        command: fc.constantFrom('a', 'b', 'c', 'd'),
        keys: fc.constantFrom(
          'A',
          'A A',
          'A B',
          'Ctrl+A',
          'Ctrl+?',
          'Ctrl+Shift+?',
          'Ctrl+]',
          'Ctrl+Shift+]',
          'Ctrl+}',
        ),
        when: areas,
      })
      .map(({ command, keys, when }) => bind(command, keys, ...(when ?? [])));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), any, (before, wanted) => {
        const changes = takeKeys(wanted, { bindings: before, isMac: false });
        const after = [
          ...before.filter(({ command }) => !changes.has(command)),
          ...[...changes.values()].flat(),
        ];
        expect(after.filter((one) => isSameBinding(one, wanted))).not.toEqual([]);
        const left = conflictsOf(wanted, after, false).filter(({ kind }) => kind !== 'second');
        expect(left).toEqual([]);
      }),
    );
  });
});

describe('keys that cannot be set', () => {
  it.each(['Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Ctrl+Shift+N', 'F11', 'Ctrl+Tab', 'Ctrl+K Ctrl+W'])(
    'are those of the browser: %s [B2]',
    (keys) => {
      expect(refusalOf(keys, undefined, false)).toContain('belongs to the browser or the system');
    },
  );

  it('are others on a Mac', () => {
    expect(refusalOf('Meta+W', undefined, true)).toBe(
      '⌘W belongs to the browser or the system and cannot be set.',
    );
    expect(refusalOf('Ctrl+W', undefined, true)).toBeNull();
    expect(refusalOf('Mod+Q', undefined, true)).not.toBeNull();
    expect(refusalOf('Meta+W', undefined, false)).toBeNull();
  });

  it('are letters where one types, and Tab everywhere', () => {
    expect(refusalOf('D', ['notebook-edit'], false)).toContain('D types text there');
    expect(refusalOf('D D', ['notebook-command'], false)).toBeNull();
    expect(refusalOf('Enter', ['notebook-edit'], false)).not.toBeNull();
    expect(refusalOf('Shift+Enter', ['notebook-edit'], false)).toBeNull();
    expect(refusalOf('Shift+Tab', undefined, false)).toContain('Tab moves the focus');
  });
});
