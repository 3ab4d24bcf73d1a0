import type { FrameTheme } from '@/output-frame/protocol.ts';

const NAMES = (
  'bg-canvas bg-sunken bg-raised bg-hover bg-active line line-strong line-control text text-2 text-3 text-disabled ' +
  'accent accent-hover accent-active on-accent accent-text accent-tint accent-line focus ok ok-fill warn warn-fill ' +
  'danger danger-fill data-1 data-2 data-3 data-4 data-5 data-6 data-7 data-8 font-ui font-code'
).split(' ');

/** The colours and fonts that count at an element. */
export function readTheme(element: HTMLElement): FrameTheme {
  const style = getComputedStyle(element);
  const tokens = Object.fromEntries(
    NAMES.map((name) => [`--at-${name}`, style.getPropertyValue(`--at-${name}`).trim()]),
  );
  return { isDark: style.colorScheme.includes('dark'), tokens };
}
