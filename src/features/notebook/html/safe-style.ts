/**
 * The part of a `style` attribute that may be kept: an allow-list of properties that change the look of their element
 * and cannot move it over others, with values that load nothing.
 */
const PROPERTIES =
  /^(?:color|background-color|background|text-(?:align|decoration|transform|indent)|vertical-align|white-space|font(?:-(?:family|size|style|variant|weight))?|line-height|letter-spacing|(?:max-|min-)?(?:width|height)|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:collapse|spacing|radius)|padding(?:-(?:top|right|bottom|left))?|margin(?:-(?:top|right|bottom|left))?|list-style-type|opacity|display|table-layout|word-break|overflow-wrap|overflow(?:-x|-y)?|float|clear|caption-side)$/;

const BAD_VALUE =
  /[\\<>{}@]|url|image|expression|var\s*\(|env\s*\(|attr\s*\(|element\s*\(|paint\s*\(|\/\*|javascript/i;
const DISPLAYS =
  /^(?:block|inline|inline-block|table|table-cell|table-row|flex|inline-flex|grid|list-item|none|contents)$/;
const MAX_LENGTH = 200;

/** The safe declarations, joined again; empty where none is left. */
export function safeStyle(style: string): string {
  const kept: string[] = [];
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration
      .slice(colon + 1)
      .replace(/!\s*important\s*$/i, '')
      .trim();
    if (isSafe(property, value)) kept.push(`${property}: ${value}`);
  }
  return kept.join('; ');
}

function isSafe(property: string, value: string): boolean {
  if (!PROPERTIES.test(property) || value === '' || value.length > MAX_LENGTH || BAD_VALUE.test(value))
    return false;
  // A negative margin or indent could put content over its neighbours.
  if (/^(?:margin|text-indent|letter-spacing)/.test(property) && value.includes('-')) return false;
  if (property === 'display') return DISPLAYS.test(value.toLowerCase());
  return true;
}
