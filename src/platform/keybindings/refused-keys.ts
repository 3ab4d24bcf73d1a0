/** Keys that no command can have, and why: a sentence for the one who pressed them. */
import type { FocusArea } from '@/platform/context/context-service.ts';
import { formatKeys, parseKeys, sameStroke, type Stroke } from './keys.ts';

/** Never given to a page by Chrome, Edge, Firefox or Safari, or taken by the system before the browser. */
const BROWSER: Readonly<Record<'pc' | 'mac', string>> = {
  pc:
    'Ctrl+W Ctrl+T Ctrl+N Ctrl+Shift+W Ctrl+Shift+T Ctrl+Shift+N Ctrl+Tab Ctrl+Shift+Tab Ctrl+PageUp Ctrl+PageDown ' +
    'Ctrl+F4 Alt+F4 Alt+Tab Alt+Space F5 F11 Ctrl+Alt+Delete Ctrl+Shift+Escape',
  mac:
    'Meta+W Meta+T Meta+N Meta+Q Meta+H Meta+M Meta+Shift+W Meta+Shift+T Meta+Shift+N Meta+Shift+Q Meta+Tab ' +
    'Meta+Space Meta+` Ctrl+Tab Ctrl+Shift+Tab Alt+Meta+Escape Ctrl+Meta+Q Ctrl+Meta+F Meta+Shift+3 Meta+Shift+4 ' +
    'Meta+Shift+5 F11',
};

/** Areas where a key without a modifier types. */
const TYPING: readonly FocusArea[] = ['notebook-edit', 'editor', 'terminal'];

/** Why these keys cannot be set for these areas; null when they can. */
export function refusalOf(
  keys: string,
  when: readonly FocusArea[] | undefined,
  isMac: boolean,
): string | null {
  const strokes = parseKeys(keys, isMac);
  const taken = parseKeys(BROWSER[isMac ? 'mac' : 'pc'], isMac);
  for (const stroke of strokes) {
    if (taken.some((one) => sameStroke(one, stroke)))
      return `${formatKeys(keysOfStroke(stroke), isMac)} belongs to the browser or the system and cannot be set.`;
    if (stroke.key === 'tab' && !stroke.ctrl && !stroke.meta && !stroke.alt)
      return 'Tab moves the focus and completes code. It cannot be set.';
  }
  const [first] = strokes;
  if (first && types(first) && when?.some((area) => TYPING.includes(area)))
    return `${formatKeys(keys, isMac)} types text there. Add Ctrl, Alt or ${isMac ? '⌘' : 'a function key'}, or choose command mode.`;
  return null;
}

function types({ ctrl, meta, alt, shift, key }: Stroke): boolean {
  if (ctrl || meta || alt) return false;
  return key.length === 1 || (!shift && ['enter', 'backspace', 'delete'].includes(key));
}

function keysOfStroke({ ctrl, meta, alt, shift, key }: Stroke): string {
  const names = [ctrl && 'Ctrl', meta && 'Meta', alt && 'Alt', shift && 'Shift', key === ' ' ? 'Space' : key];
  return names.filter(Boolean).join('+');
}
