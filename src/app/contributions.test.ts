import { describe, expect, it } from 'vitest';
import { formatKeys } from '@/platform/keybindings/keys.ts';
import { createTabService } from '@/platform/tabs/create-tab-service.ts';
import { createFakeDock } from '@/platform/tabs/fake-dock.ts';
import { createFakeStorage } from '@/services/fake-backend.ts';
import { createShell } from '@/workbench/shell.ts';
import { createWorkbenchContribution } from '@/workbench/workbench.contribution.ts';
import { isIconName } from '@/ui/icons.ts';
import { contributions } from './contributions.ts';

const shell = createShell([], createFakeStorage());
const all = [...contributions, createWorkbenchContribution(shell, createTabService(createFakeDock(), []))];
const commands = all.flatMap((one) => one.commands ?? []);
const keybindings = all.flatMap((one) => one.keybindings ?? []);
const ids = new Set<string>(commands.map((command) => command.id));

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** docs/commands.md: every command, by group, with its keys and where they count. */
function commandsPage(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const keysOf = (id: string) =>
    keybindings
      .filter(({ command }) => command === id)
      .map(({ keys, when }) => `${formatKeys(keys, false)}${when ? ` (${when.join(', ')})` : ''}`)
      .join('; ');
  const menuOf = (id: string) =>
    all
      .flatMap((one) => one.menus ?? [])
      .filter(({ command }) => command === id)
      .map(({ menu }) => menu)
      .join(', ');
  const rowOf = ({ id, title, hidden }: (typeof commands)[number]) =>
    `| ${cell(title)}${hidden ? ' (not in the palette)' : ''} | ${cell(keysOf(id))} | ${menuOf(id)} | \`${id}\` |`;
  const sections = [...new Set(commands.map(({ group }) => group))].map((group) =>
    [
      `## ${group}`,
      '',
      '| command | keys | menu | id |',
      '| --- | --- | --- | --- |',
      ...commands.filter((command) => command.group === group).map(rowOf),
      '',
    ].join('\n'),
  );
  return [
    '# Commands',
    '',
    'All commands of the product, as the palette and the menus show them. In brackets: where the keys count; on a Mac',
    '`Ctrl` is `⌘`. Generated from the contributions by `npx vitest run --project node src/app/contributions.test.ts -u`,',
    'checked by the same test.',
    '',
    ...sections,
  ].join('\n');
}

describe('all contributions together', () => {
  it('have unique ids of features, commands, panels, kinds and status items', () => {
    expect(twice(all.map((one) => one.id))).toEqual([]);
    expect(twice(commands.map((command) => command.id))).toEqual([]);
    expect(twice(all.flatMap((one) => (one.views ?? []).map((view) => view.id)))).toEqual([]);
    expect(twice(all.flatMap((one) => (one.openers ?? []).map((opener) => opener.kind)))).toEqual([]);
    expect(twice(all.flatMap((one) => (one.statusItems ?? []).map((item) => item.id)))).toEqual([]);
  });

  it('name every visible command once, in sentence case', () => {
    const titles = commands.filter((command) => !command.hidden).map((command) => command.title);
    expect(twice(titles)).toEqual([]);
    for (const title of titles) expect(title).toMatch(/^[A-Z][^.!]*$/);
  });

  it('point menus and keys only at commands that are there', () => {
    const pointed = [...keybindings, ...all.flatMap((one) => one.menus ?? [])].map((one) => one.command);
    expect(pointed.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('give no key twice in one place', () => {
    const places = keybindings.flatMap(({ keys, when }) =>
      (when ?? ['everywhere']).map((area) => `${formatKeys(keys, false)} in ${area}`),
    );
    expect(twice(places)).toEqual([]);
  });

  it('take no key that a browser never gives away', () => {
    const taken = new Set(['Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Ctrl+Shift+N', 'Ctrl+Tab', 'Ctrl+Shift+T']);
    expect(keybindings.map(({ keys }) => formatKeys(keys, false)).filter((keys) => taken.has(keys))).toEqual(
      [],
    );
  });

  it('use only icons that are drawn', () => {
    const icons = [
      ...commands.flatMap((command) => command.icon ?? []),
      ...all.flatMap((one) => [...(one.views ?? []), ...(one.openers ?? [])].map(({ icon }) => icon)),
    ];
    expect(icons.filter((icon) => !isIconName(icon))).toEqual([]);
  });

  it('bring the commands that the end-to-end surface names', () => {
    const titles = commands.map((command) => command.title);
    for (const title of ['Toggle theme', 'Sign out', 'New notebook', 'New terminal', 'Shut down all']) {
      expect(titles).toContain(title);
    }
    for (const title of ['Run all cells', 'Restart and run all', 'Interrupt kernel', 'Save']) {
      expect(titles).toContain(title);
    }
  });

  it('are what docs/commands.md prints', async () => {
    await expect(commandsPage()).toMatchFileSnapshot('../../docs/commands.md');
  });
});
