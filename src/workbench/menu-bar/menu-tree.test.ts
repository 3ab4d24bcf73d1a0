import { expect, it } from 'vitest';
import type { CommandService } from '@/platform/commands/command-service.ts';
import type { CommandId, Contribution } from '@/platform/contributions/contribution.ts';
import { menuTree } from './menu-tree.ts';

type Known = { id: string; title: string; reason?: string };

function fakeCommands(known: readonly Known[]): CommandService & { ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    run: async (id: CommandId) => void ran.push(id),
    all: () => known as unknown as ReturnType<CommandService['all']>,
    enablement: (id: string) => {
      const reason = known.find((one) => one.id === id)?.reason;
      return reason === undefined ? true : { reason };
    },
    isOn: () => undefined,
    keysOf: (id: string) => (id === 'save' ? 'Ctrl+S' : undefined),
  } as unknown as CommandService & { ran: string[] };
}

const menus = (...items: object[]) => ({ id: 'x', menus: items }) as unknown as Contribution<unknown>;

it('gathers menus of all features, in the order of the bar, with lines between sections', () => {
  const commands = fakeCommands([
    { id: 'toggle', title: 'Toggle theme' },
    { id: 'save', title: 'Save', reason: 'No document is open' },
    { id: 'open', title: 'New launcher' },
    { id: 'new', title: 'New notebook' },
  ]);
  const tree = menuTree(
    [
      menus({ menu: 'Settings', section: 'a', command: 'toggle' }),
      menus(
        { menu: 'File', section: 'c-save', command: 'save' },
        { menu: 'File', section: 'a-new', command: 'new', order: 2 },
      ),
      menus({ menu: 'File', section: 'a-new', command: 'open', order: 1 }),
    ],
    commands,
  );
  expect(tree.map(({ title }) => title)).toEqual(['File', 'Settings']);
  expect(tree[0]?.entries).toMatchObject([
    { label: 'New launcher', reason: undefined },
    { label: 'New notebook' },
    'separator',
    { label: 'Save', keys: 'Ctrl+S', reason: 'No document is open' },
  ]);
});

it('has no entry for a command that nobody brought, and no menu without entries', () => {
  expect(menuTree([menus({ menu: 'Help', section: 'a', command: 'gone' })], fakeCommands([]))).toEqual([]);
});

it('an entry runs its command', () => {
  const commands = fakeCommands([{ id: 'new', title: 'New notebook' }]);
  const [file] = menuTree([menus({ menu: 'File', section: 'a', command: 'new' })], commands);
  const first = file?.entries[0];
  if (first && first !== 'separator' && 'onSelect' in first) first.onSelect();
  expect(commands.ran).toEqual(['new']);
});
