/** The page's colours and fonts, also under the names that widgets of other makers ask for. */
import type { FrameTheme } from './protocol.ts';

/** Names of JupyterLab that libraries read, and ours of the same meaning. */
const ALIASES: readonly (readonly [string, string])[] = [
  ['--jp-ui-font-family', '--at-font-ui'],
  ['--jp-content-font-family', '--at-font-ui'],
  ['--jp-code-font-family', '--at-font-code'],
  ['--jp-ui-font-color0', '--at-text'],
  ['--jp-ui-font-color1', '--at-text'],
  ['--jp-ui-font-color2', '--at-text-2'],
  ['--jp-ui-font-color3', '--at-text-3'],
  ['--jp-content-font-color0', '--at-text'],
  ['--jp-content-font-color1', '--at-text'],
  ['--jp-content-font-color2', '--at-text-2'],
  ['--jp-layout-color0', '--at-bg-canvas'],
  ['--jp-layout-color1', '--at-bg-canvas'],
  ['--jp-layout-color2', '--at-bg-sunken'],
  ['--jp-layout-color3', '--at-bg-active'],
  ['--jp-border-color0', '--at-line-strong'],
  ['--jp-border-color1', '--at-line-strong'],
  ['--jp-border-color2', '--at-line'],
  ['--jp-border-color3', '--at-line'],
  ['--jp-brand-color0', '--at-accent-hover'],
  ['--jp-brand-color1', '--at-accent'],
  ['--jp-brand-color2', '--at-accent-line'],
  ['--jp-brand-color3', '--at-accent-tint'],
  ['--jp-error-color1', '--at-danger-fill'],
  ['--jp-warn-color1', '--at-warn-fill'],
  ['--jp-success-color1', '--at-ok-fill'],
  ['--jp-info-color1', '--at-accent'],
  ['--jp-inverse-layout-color3', '--at-text-2'],
];

/** Told to the document when its theme changed. */
export const themeEvent = 'atelier-theme';

/** Applies a theme to the document. */
export function showTheme({ isDark, tokens }: FrameTheme): void {
  const { style, dataset } = document.documentElement;
  dataset['theme'] = isDark ? 'dark' : 'light';
  // Must be that of the page, or the browser draws a white ground under the frame.
  style.colorScheme = isDark ? 'dark' : 'light';
  for (const [name, value] of Object.entries(tokens)) style.setProperty(name, value);
  for (const [theirs, ours] of ALIASES) style.setProperty(theirs, `var(${ours})`);
  document.dispatchEvent(new Event(themeEvent));
}

/** The theme of the document as it is now. */
export function shownTheme(): FrameTheme {
  const { style, dataset } = document.documentElement;
  const names = [...style].filter((name) => name.startsWith('--at-'));
  const tokens = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
  return { isDark: dataset['theme'] === 'dark', tokens };
}
