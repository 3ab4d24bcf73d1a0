import { toDisposable } from '@/base/disposable.ts';
import type { FocusArea } from '@/platform/context/context-service.ts';
import type { CommandId, Enablement, Keybinding } from '@/platform/contributions/contribution.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { KeybindingService, KeyChanges } from './keybinding-service.ts';
import { createKeybindingsStore } from './keybindings-store.ts';
import { formatKeys, matches, parseKeys, type Stroke } from './keys.ts';
import { effectiveKeys, readUserKeys, writeUserKeys } from './user-keys.ts';

/** What the keybinding service is made of. */
export type KeybindingConfig = {
  keybindings: readonly Keybinding[];
  storage: StorageService;
  isMac: boolean;
  now(): number;
  focus(): FocusArea;
  enablement(id: CommandId): Enablement;
  run(id: CommandId): void;
};

type Bound = { strokes: readonly Stroke[]; command: CommandId; when: readonly FocusArea[] | undefined };

const CHORD_MS = 1_000;
/** Areas whose own text field is the thing that keys act on. */
const TEXT_AREAS: readonly FocusArea[] = ['notebook-edit', 'editor', 'terminal'];
/** With Mod, these edit the text of a field. */
const FIELD_KEYS = new Set([
  'a',
  'c',
  'v',
  'x',
  'y',
  'z',
  'backspace',
  'delete',
  'enter',
  'arrowleft',
  'arrowright',
  'arrowup',
  'arrowdown',
  'home',
  'end',
]);

/**
 * Which command a key press runs. Bindings of the focus area win over those of everywhere. A key that runs nothing is
 * left to the page: a disabled command's keys, and the first press of a chord unless it has a modifier. Keys that
 * type or edit text stay with a text field unless the area is itself one of text; a terminal gets every key but those
 * with Mod+Shift, Cmd or F1 to F12; in dialogs and menus only bindings for `dialog` count, and the keys of everywhere do nothing at all.
 */
export function createKeybindingService(config: KeybindingConfig): RestorableKeybindings {
  return new Keybindings(config);
}

/** The service with what the start of the page needs: a person's keys are there once it is known who it is. */
export type RestorableKeybindings = KeybindingService & { restore(): void };

const KEY = 'keybindings';

class Keybindings implements RestorableKeybindings {
  readonly store;
  readonly isMac: boolean;
  readonly #config: KeybindingConfig;
  #changes: KeyChanges = new Map();
  #bound: readonly Bound[] = [];
  #pending: { presses: readonly KeyboardEvent[]; at: number } | null = null;

  constructor(config: KeybindingConfig) {
    this.#config = config;
    this.isMac = config.isMac;
    this.store = createKeybindingsStore(effectiveKeys(config.keybindings, this.#changes));
    this.#follow(this.#changes);
  }

  restore(): void {
    this.#follow(readUserKeys(this.#config.storage.get(KEY)));
  }

  change(changes: KeyChanges): void {
    this.#keep(new Map([...this.#changes, ...changes]));
  }

  reset(command?: CommandId): void {
    this.#keep(new Map([...this.#changes].filter(([id]) => command !== undefined && id !== command)));
  }

  #keep(changes: KeyChanges): void {
    if (changes.size === 0) this.#config.storage.remove(KEY);
    else this.#config.storage.set(KEY, writeUserKeys(changes));
    this.#follow(changes);
  }

  #follow(changes: KeyChanges): void {
    this.#changes = changes;
    this.#pending = null;
    const state = effectiveKeys(this.#config.keybindings, changes);
    this.#bound = state.bindings.map(({ keys, command, when }) => ({
      strokes: parseKeys(keys, this.isMac),
      command,
      when,
    }));
    this.store.setState(state);
  }

  attach(root: HTMLElement) {
    const view = root.ownerDocument.defaultView;
    const handle = (event: KeyboardEvent) => {
      const target = event.composedPath()[0];
      const isOurs = target instanceof Node && (root.contains(target) || target === root.ownerDocument.body);
      if (isOurs && this.#press(event, target)) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    // Before the focused editor or terminal, which would take the key.
    view?.addEventListener('keydown', handle, true);
    return toDisposable(() => view?.removeEventListener('keydown', handle, true));
  }

  keysOf(id: CommandId): string | undefined {
    const found = this.store.getState().bindings.find((one) => one.command === id);
    return found && formatKeys(found.keys, this.isMac);
  }

  /** True when the key is ours: a command runs, or a chord has begun. */
  #press(event: KeyboardEvent, target: Node): boolean {
    const element = target instanceof Element ? target : target.parentElement;
    if (!mayRun(event) || element?.closest('[data-records-keys]')) return false;
    const area = areaOf(element, this.#config.focus());
    const now = this.#config.now();
    const before = this.#pending && now - this.#pending.at <= CHORD_MS ? this.#pending.presses : [];
    this.#pending = null;
    const fitting = this.#bound.filter((one) => fits(one, { area, event, isField: isField(element) }));
    for (const presses of before.length > 0 ? [[...before, event], [event]] : [[event]]) {
      const command = this.#commandFor(fitting, presses);
      if (command) {
        this.#config.run(command);
        return true;
      }
      if (fitting.some((one) => one.strokes.length > presses.length && startsWith(one, presses))) {
        this.#pending = { presses, at: now };
        // Otherwise a browser would take Ctrl+K for itself, and the second press would never come here.
        return event.ctrlKey || event.metaKey || event.altKey;
      }
    }
    return area === 'dialog' && this.#isOursElsewhere(event, isField(element));
  }

  /** What would run behind a dialog does nothing there, and the browser does not get it either: no page is saved. */
  #isOursElsewhere(event: KeyboardEvent, inField: boolean): boolean {
    if (inField && editsText(event)) return false;
    return this.#bound.some((one) => !one.when && one.strokes.length === 1 && startsWith(one, [event]));
  }

  #commandFor(fitting: readonly Bound[], presses: readonly KeyboardEvent[]): CommandId | undefined {
    const whole = fitting.filter((one) => one.strokes.length === presses.length && startsWith(one, presses));
    const sorted = [...whole.filter((one) => one.when), ...whole.filter((one) => !one.when)];
    return sorted.find((one) => this.#config.enablement(one.command) === true)?.command;
  }
}

/** Not a modifier alone, nor what an input method has in hand, nor what somebody has taken already. */
function mayRun(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return false;
  return !['Control', 'Shift', 'Alt', 'AltGraph', 'Meta'].includes(event.key);
}

function startsWith(bound: Bound, presses: readonly KeyboardEvent[]): boolean {
  return presses.every((press, index) => {
    const stroke = bound.strokes[index];
    return stroke !== undefined && matches(stroke, press);
  });
}

type Place = { area: FocusArea; event: KeyboardEvent; isField: boolean };

function fits({ when }: Bound, { area, event, isField }: Place): boolean {
  if (when) return when.includes(area) && (!isField || TEXT_AREAS.includes(area) || !editsText(event));
  if (area === 'dialog') return false;
  if (area === 'terminal') return !belongsToTerminal(event);
  return !isField || !editsText(event);
}

function editsText(event: KeyboardEvent): boolean {
  if (/^F\d{1,2}$/.test(event.key)) return false;
  const hasMod = event.ctrlKey || event.metaKey;
  if (!hasMod && !event.altKey) return true;
  return hasMod && !event.altKey && FIELD_KEYS.has(event.key.toLowerCase());
}

function belongsToTerminal(event: KeyboardEvent): boolean {
  if (/^F\d{1,2}$/.test(event.key) || event.metaKey) return false;
  return !(event.ctrlKey && event.shiftKey);
}

function areaOf(element: Element | null, focus: FocusArea): FocusArea {
  return element?.closest('[role=dialog],[role=alertdialog],[role=menu],[role=listbox]') ? 'dialog' : focus;
}

function isField(element: Element | null): boolean {
  if (!element) return false;
  if (element.closest('[contenteditable=""],[contenteditable=true]')) return true;
  if (element.matches('textarea,select')) return true;
  return (
    element.matches('input') &&
    !['checkbox', 'radio', 'button', 'range'].includes(element.getAttribute('type') ?? '')
  );
}
