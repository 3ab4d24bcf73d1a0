/**
 * What HTML of an output is, by its text alone. The text is foreign and may be megabytes: each pattern goes over it
 * once, whatever stands in it.
 */

/** A script, or an attribute that runs one. */
const RUNS = /<script\b|<[^<>]*?\son[a-z]+\s*=/i;
const BREAKS_OUT = /\b\d+(?:\.\d+)?(?:vh|vmin|vmax|dvh|svh|lvh)\b|position\s*:\s*fixed/i;
const LOOKED_AT = 200_000;

/** A document of its own, not a part of one. */
export function isWholeDocument(html: string): boolean {
  let at = 0;
  for (;;) {
    while (/\s/.test(html.charAt(at))) at += 1;
    if (!html.startsWith('<!--', at)) return /^<(?:!doctype|html)\b/i.test(html.slice(at, at + 12));
    const end = html.indexOf('-->', at);
    if (end < 0) return false;
    at = end + 3;
  }
}

/** Something in it runs. */
export const runsScript = (html: string): boolean => RUNS.test(html);

/** It measures itself by its window. */
export const fillsWindow = (html: string): boolean => BREAKS_OUT.test(html.slice(0, LOOKED_AT));
