/**
 * Keys as contributions write them (`Mod+Shift+L`, `Shift+Enter`, `D D`) against keys as browsers tell them. A letter
 * counts by what is printed on the key of a Latin keyboard when the layout gives another script; a sign such as `?`
 * counts by itself, with or without Shift, because layouts disagree on where it is; one that is written with `Shift+`
 * counts with Shift only, so that `Ctrl+]` and `Ctrl+Shift+]` are two.
 */

/** One press: modifiers and a key. */
export type Stroke = { ctrl: boolean; meta: boolean; alt: boolean; shift: boolean; key: string };

/** The part of a keyboard event that decides. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> &
  Partial<Pick<KeyboardEvent, 'getModifierState'>>;

const MODIFIERS = new Set(['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift']);

/** The strokes of one binding, `Mod` made to what it is on this machine. Throws on what nobody could press. */
export function parseKeys(keys: string, isMac: boolean): readonly Stroke[] {
  return keys
    .trim()
    .split(/\s+/)
    .map((part) => parseStroke(part, isMac, keys));
}

function parseStroke(part: string, isMac: boolean, whole: string): Stroke {
  // The key itself may be `+`: everything after the last modifier's plus is the key.
  const names: string[] = [];
  let rest = part;
  for (let at = rest.indexOf('+'); at > 0; at = rest.indexOf('+')) {
    const name = rest.slice(0, at);
    if (!MODIFIERS.has(name)) break;
    names.push(name);
    rest = rest.slice(at + 1);
  }
  if (rest === '' || (rest.length > 1 && rest.includes('+')))
    throw new Error(`Keys "${whole}" cannot be read`);
  const has = (name: string) => names.includes(name);
  return {
    ctrl: has('Ctrl') || (has('Mod') && !isMac),
    meta: has('Meta') || (has('Mod') && isMac),
    alt: has('Alt'),
    shift: has('Shift'),
    key: rest === 'Space' ? ' ' : rest.toLowerCase(),
  };
}

/** Whether a press is this stroke. */
export function matches(stroke: Stroke, press: KeyPress): boolean {
  // AltGr writes a character; some systems tell of it as Ctrl and Alt, and its letters are no Latin ones by place.
  const isAltGr = writesByAltGr(press);
  if (stroke.ctrl !== (press.ctrlKey && !isAltGr) || stroke.alt !== (press.altKey && !isAltGr)) return false;
  if (stroke.meta !== press.metaKey) return false;
  const key = press.key.toLowerCase();
  if (isSign(stroke.key)) return stroke.shift ? isShifted(stroke.key, press) : key === stroke.key;
  if (stroke.shift !== press.shiftKey) return false;
  return key === stroke.key || (!isAltGr && !/^[a-z0-9]$/.test(key) && latinOf(press.code) === stroke.key);
}

/** Whether two strokes are the same press. */
export function sameStroke(one: Stroke, other: Stroke): boolean {
  if (one.ctrl !== other.ctrl || one.meta !== other.meta || one.alt !== other.alt) return false;
  return plainKey(one.key) === plainKey(other.key) && hasShift(one) === hasShift(other);
}

/** A press as contributions write it: `Ctrl+Shift+L`. Null for a modifier alone and what an input method makes. */
export function keysOfPress(press: KeyPress): string | null {
  if (['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'Dead', 'Process', 'Unidentified'].includes(press.key))
    return null;
  const isAltGr = writesByAltGr(press);
  const typed = press.key.toLowerCase();
  const key = /^[a-z0-9]$/.test(typed) || isAltGr ? typed : (latinUnlessSign(typed, press) ?? typed);
  const names = [
    press.ctrlKey && !isAltGr && 'Ctrl',
    press.metaKey && 'Meta',
    press.altKey && !isAltGr && 'Alt',
    press.shiftKey && !isSign(key) && 'Shift',
    key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : press.key,
  ];
  return names.filter(Boolean).join('+');
}

/** A letter of another script counts by its place, as it does when it is pressed; a sign of ASCII by itself. */
function latinUnlessSign(typed: string, { code }: KeyPress): string | null {
  return /^[\u0021-\u007e]$/.test(typed) ? null : latinOf(code);
}

function writesByAltGr(press: KeyPress): boolean {
  return press.key.length === 1 && press.getModifierState?.('AltGraph') === true;
}

/** What the keys of a US keyboard write with Shift, and without. */
const WITH_SHIFT = '~!@#$%^&*()_+{}|:"<>?';
const WITHOUT_SHIFT = "`1234567890-=[]\\;',./";

/** The sign of a key without Shift, where a US keyboard has it with Shift: `?` is on the key of `/`. */
function plainKey(key: string): string {
  return WITHOUT_SHIFT[WITH_SHIFT.indexOf(key)] ?? key;
}

const hasShift = ({ key, shift }: Stroke) => shift || plainKey(key) !== key;

const SIGN_KEYS: Readonly<Record<string, string>> = {
  Backquote: '`',
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
};

/** A sign with Shift: the layout writes it so, or it stands on that key of a US keyboard. */
function isShifted(sign: string, { key, code, shiftKey }: KeyPress): boolean {
  return shiftKey && (key === sign || SIGN_KEYS[code] === plainKey(sign));
}

const isSign = (key: string) => key.length === 1 && !/[a-z0-9 ]/.test(key);

/** The Latin letter or digit of a key, for Cyrillic layouts, and for Alt on a Mac, which types other letters. */
function latinOf(code: string): string | null {
  const found = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code);
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null;
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  escape: 'Esc',
  pageup: 'Page Up',
  pagedown: 'Page Down',
};

/** How the keys are shown: `Ctrl+Shift+P`, on a Mac `⇧⌘P`; two presses as `D, D`. */
export function formatKeys(keys: string, isMac: boolean): string {
  return parseKeys(keys, isMac)
    .map((stroke) => formatStroke(stroke, isMac))
    .join(', ');
}

function formatStroke(stroke: Stroke, isMac: boolean): string {
  const { key } = stroke;
  const name =
    NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1));
  if (isMac) {
    const signs = `${stroke.ctrl ? '⌃' : ''}${stroke.alt ? '⌥' : ''}${stroke.shift ? '⇧' : ''}${stroke.meta ? '⌘' : ''}`;
    return signs + name;
  }
  const words = [
    stroke.ctrl && 'Ctrl',
    stroke.meta && 'Meta',
    stroke.alt && 'Alt',
    stroke.shift && 'Shift',
    name,
  ];
  return words.filter(Boolean).join('+');
}
