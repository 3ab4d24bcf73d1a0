import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { FocusArea } from '@/platform/context/context-service.ts';
import type { Enablement, Keybinding } from '@/platform/contributions/contribution.ts';
import { createKeybindingService } from './create-keybinding-service.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'test.save': void;
    'test.deleteCell': void;
    'test.run': void;
    'test.copyFiles': void;
    'test.other': void;
  }
}

const keybindings: Keybinding[] = [
  { keys: 'Mod+S', command: 'test.save' },
  { keys: 'D D', command: 'test.deleteCell', when: ['notebook-command'] },
  { keys: 'Shift+Enter', command: 'test.run', when: ['notebook-command', 'notebook-edit'] },
  { keys: 'Mod+C', command: 'test.copyFiles', when: ['files'] },
  { keys: 'Mod+Shift+P', command: 'workbench.showPalette' },
  { keys: 'F1', command: 'workbench.showPalette' },
  { keys: 'Mod+E', command: 'test.other' },
  { keys: 'Mod+E', command: 'test.save', when: ['editor'] },
];

let focus: FocusArea;
let now: number;
let ran: string[];
let can: Enablement;
let root: HTMLElement;
let attached: Disposable;
let kept: Map<string, JsonValue>;
let service: ReturnType<typeof createKeybindingService>;

beforeEach(() => {
  focus = 'none';
  now = 1_000;
  ran = [];
  can = true;
  document.body.innerHTML =
    '<div id="root"><button>x</button><input><div role="dialog"><button id="in-dialog">y</button></div></div><button id="outside">z</button>';
  root = document.querySelector<HTMLElement>('#root') as HTMLElement;
  kept = new Map();
  service = createKeybindingService({
    keybindings,
    storage: {
      get: (key) => kept.get(key),
      set: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    isMac: false,
    now: () => now,
    focus: () => focus,
    enablement: () => can,
    run: (id) => void ran.push(id),
  });
  attached = service.attach(root);
});
afterEach(() => attached.dispose());

/** Presses a key; true when the page's own meaning was prevented. */
function press(selector: string, key: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true,
    composed: true,
    ...more,
  });
  // The test's document knows nothing of this modifier.
  const isAltGr = more.modifierAltGraph === true;
  Object.assign(event, { getModifierState: (name: string) => isAltGr && name === 'AltGraph' });
  (document.querySelector(selector) ?? document.body).dispatchEvent(event);
  return event.defaultPrevented;
}
const ctrl = { ctrlKey: true };

describe('keybinding service', () => {
  it('runs a command and keeps the browser from its own meaning of the key', () => {
    expect(press('button', 's', ctrl)).toBe(true);
    expect(ran).toEqual(['test.save']);
  });

  it('leaves keys without a command alone', () => {
    expect(press('button', 'k', ctrl)).toBe(false);
  });

  it('leaves the key alone when the command cannot run', () => {
    can = { reason: 'No' };
    expect(press('button', 's', ctrl)).toBe(false);
    expect(ran).toEqual([]);
  });

  it('runs two presses within a second, in the area that has them', () => {
    focus = 'notebook-command';
    expect(press('button', 'd')).toBe(false);
    now += 900;
    expect(press('button', 'd')).toBe(true);
    expect(ran).toEqual(['test.deleteCell']);
  });

  it('forgets the first press after a second', () => {
    focus = 'notebook-command';
    press('button', 'd');
    now += 1_100;
    press('button', 'd');
    expect(ran).toEqual([]);
    now += 100;
    press('button', 'd');
    expect(ran).toEqual(['test.deleteCell']);
  });

  it('forgets the first press when another key comes between', () => {
    focus = 'notebook-command';
    press('button', 'd');
    press('button', 'j');
    press('button', 'd');
    expect(ran).toEqual([]);
  });

  it('leaves typing to a text field', () => {
    focus = 'notebook-command';
    press('input', 'd');
    press('input', 'd');
    expect(press('input', 'Enter', { shiftKey: true })).toBe(false);
    expect(ran).toEqual([]);
    press('input', 's', ctrl);
    expect(ran).toEqual(['test.save']);
  });

  it('leaves copying to a text field of an area that is not one of text', () => {
    focus = 'files';
    expect(press('input', 'c', ctrl)).toBe(false);
    press('button', 'c', ctrl);
    expect(ran).toEqual(['test.copyFiles']);
  });

  it('runs keys of an editing area inside its text field', () => {
    focus = 'notebook-edit';
    expect(press('input', 'Enter', { shiftKey: true })).toBe(true);
    expect(ran).toEqual(['test.run']);
  });

  it('prefers the binding of the focused area', () => {
    focus = 'editor';
    press('input', 'e', ctrl);
    focus = 'none';
    press('button', 'e', ctrl);
    expect(ran).toEqual(['test.save', 'test.other']);
  });

  it('gives a terminal its keys, except Ctrl+Shift and function keys', () => {
    focus = 'terminal';
    expect(press('input', 's', ctrl)).toBe(false);
    press('input', 'P', { ctrlKey: true, shiftKey: true });
    press('input', 'F1');
    expect(ran).toEqual(['workbench.showPalette', 'workbench.showPalette']);
  });

  it('does nothing while an input method composes', () => {
    expect(press('input', 's', { ...ctrl, isComposing: true })).toBe(false);
    expect(ran).toEqual([]);
  });

  it('never runs a cell by the Enter that ends a composition, however the browser tells of it [E1]', () => {
    for (const area of ['notebook-edit', 'notebook-command'] as const) {
      focus = area;
      expect(press('input', 'Enter', { shiftKey: true, isComposing: true })).toBe(false);
      // Safari tells of that Enter after the composition; only its code gives it away.
      expect(press('input', 'Enter', { shiftKey: true, keyCode: 229 })).toBe(false);
      expect(press('button', 'Process', { shiftKey: true, keyCode: 229 })).toBe(false);
    }
    expect(ran).toEqual([]);
    focus = 'notebook-edit';
    expect(press('input', 'Enter', { shiftKey: true })).toBe(true);
  });

  it('does nothing in a dialog, nor outside of the product', () => {
    // Nor does the browser save the page, or open a private window, in the middle of a question.
    expect(press('#in-dialog', 's', ctrl)).toBe(true);
    expect(press('#in-dialog', 'P', { ...ctrl, shiftKey: true })).toBe(true);
    expect(press('#in-dialog', 'F1')).toBe(true);
    expect(press('#in-dialog', 'c', ctrl)).toBe(false);
    expect(press('#in-dialog', 'd')).toBe(false);
    press('#outside', 's', ctrl);
    expect(ran).toEqual([]);
    press('body', 's', ctrl);
    expect(ran).toEqual(['test.save']);
  });

  it('leaves what AltGr writes to the text, also where it is told as Ctrl and Alt [E1]', () => {
    focus = 'notebook-edit';
    expect(press('input', '€', { code: 'KeyE', modifierAltGraph: true, ...ctrl, altKey: true })).toBe(false);
    expect(press('input', 'ś', { code: 'KeyS', modifierAltGraph: true, ...ctrl, altKey: true })).toBe(false);
    focus = 'notebook-command';
    expect(press('button', 'ð', { code: 'KeyD', modifierAltGraph: true })).toBe(false);
    expect(press('button', 'ð', { code: 'KeyD', modifierAltGraph: true })).toBe(false);
    expect(ran).toEqual([]);
  });

  it('gives a field that records keys all of them', () => {
    (document.querySelector('input') as HTMLElement).dataset['recordsKeys'] = '';
    expect(press('input', 's', ctrl)).toBe(false);
    expect(ran).toEqual([]);
  });
});

describe('keys of a person', () => {
  it('count at once, are kept, and go back to the default [B2]', () => {
    service.change(new Map([['test.save', [{ command: 'test.save', keys: 'Ctrl+K' }]]]));
    press('button', 's', ctrl);
    expect(press('button', 'k', ctrl)).toBe(true);
    expect(ran).toEqual(['test.save']);
    expect(service.keysOf('test.save')).toBe('Ctrl+K');
    expect(kept.get('keybindings')).toEqual({ 'test.save': [{ keys: 'Ctrl+K' }] });
    service.reset('test.save');
    press('button', 's', ctrl);
    expect(ran).toEqual(['test.save', 'test.save']);
    expect(kept.has('keybindings')).toBe(false);
  });

  it('may be none', () => {
    service.change(new Map([['test.save', []]]));
    press('button', 's', ctrl);
    expect(ran).toEqual([]);
    expect(service.keysOf('test.save')).toBeUndefined();
    service.restore();
    expect(service.store.getState().changed).toEqual(new Set(['test.save']));
    service.reset();
    expect(service.keysOf('test.save')).toBe('Ctrl+S');
  });

  it('may be two presses, whose first the browser does not get', () => {
    service.change(new Map([['test.save', [{ command: 'test.save', keys: 'Ctrl+K Ctrl+S' }]]]));
    expect(press('button', 'k', ctrl)).toBe(true);
    expect(ran).toEqual([]);
    expect(press('button', 's', ctrl)).toBe(true);
    expect(ran).toEqual(['test.save']);
  });

  it('are read from a storage that is damaged as far as it can be read', () => {
    kept.set('keybindings', {
      'test.save': [
        { keys: 'Ctrl+K' },
        { keys: 'Strg+K' },
        { keys: 7 },
        'x',
        { keys: 'Ctrl+J', when: 'editor' },
      ],
      'test.run': 'Ctrl+R',
      'test.copyFiles': [{ keys: '' }],
      'gone.command': [{ keys: 'Ctrl+G' }],
    });
    service.restore();
    const mine = service.store.getState().bindings.filter(({ setBy }) => setBy === 'you');
    expect(mine.map(({ command, keys }) => [command, keys])).toEqual([
      ['test.save', 'Ctrl+K'],
      ['gone.command', 'Ctrl+G'],
    ]);
    expect(service.keysOf('test.run')).toBe('Shift+Enter');
    expect(service.keysOf('test.copyFiles')).toBe('Ctrl+C');
    for (const damaged of [null, 7, 'x', [], [1]] as const) {
      kept.set('keybindings', damaged as JsonValue);
      service.restore();
      expect(service.keysOf('test.save')).toBe('Ctrl+S');
    }
  });
});
