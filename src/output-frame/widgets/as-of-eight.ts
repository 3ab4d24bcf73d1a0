/**
 * What ipywidgets 7 says otherwise than 8: its models, of a file or of a kernel, are shown by the models of 8. What is the
 * same in both is left as it came.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@atelier-ide/core/notebook/model.ts';

/** The packages of 7 had a 1 here. */
export const isOfSeven = (module: string, version: string): boolean =>
  /^@jupyter-widgets\/(?:base|controls)$/.test(module) && /^[~^]?1\./.test(version);

const SIDES = ['border_top', 'border_right', 'border_bottom', 'border_left'];

type Change = (value: JsonValue, state: JsonObject) => JsonObject;

const CHANGES: Readonly<Record<string, Change>> = {
  // Of accordions and tabs, by position.
  _titles: (titles) => (isJsonObject(titles) ? { titles: titlesOf(titles) } : {}),
  description_tooltip: (tooltip, state) => ({ tooltip: state['tooltip'] ?? tooltip }),
  border: (border) => Object.fromEntries(SIDES.map((side) => [side, border])),
  overflow_x: (_, state) => ({ overflow: overflowOf(state) }),
  overflow_y: (_, state) => ({ overflow: overflowOf(state) }),
};

/** A state, whole or what of it changed. */
export function asOfEight(state: JsonObject): JsonObject {
  const next: JsonObject = {};
  for (const [name, value] of Object.entries(state))
    Object.assign(next, CHANGES[name]?.(value, state) ?? { [name]: value });
  return next;
}

function titlesOf(titles: JsonObject): string[] {
  const count = Math.max(-1, ...Object.keys(titles).map(Number).filter(Number.isInteger)) + 1;
  return Array.from({ length: count }, (_, place) => {
    const title = titles[place];
    return typeof title === 'string' ? title : '';
  });
}

function overflowOf({ overflow = null, overflow_x: x = null, overflow_y: y = null }: JsonObject): JsonValue {
  if (x === null && y === null) return overflow;
  return [x, y].map((one) => (typeof one === 'string' ? one : 'visible')).join(' ');
}
