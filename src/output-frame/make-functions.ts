/**
 * Functions out of text. Bokeh makes the code of its callbacks so, and the policy of this document refuses it: text
 * becomes code as a script element only. So that is what it becomes, in the same turn; nothing is allowed that a script
 * of an output could not do anyway.
 */
import { runScript } from './run-scripts.ts';

const SLOT = '__outputFrameMade';

/** The value of an expression. What it throws, or a fault of its grammar, is thrown here. */
function valueOf(expression: string): unknown {
  let made: unknown;
  const take = (value: unknown) => {
    made = value;
  };
  Object.defineProperty(globalThis, SLOT, { configurable: true, value: take });
  try {
    runScript(document.head, `${SLOT}(${expression}\n);`);
  } finally {
    Reflect.deleteProperty(globalThis, SLOT);
  }
  return made;
}

/** As the constructor takes them: names, then the body. */
function madeFunction(keyword: string, parts: readonly unknown[]): object {
  const texts = parts.map(String);
  const names = texts.slice(0, -1).join(',');
  return valueOf(`(${keyword} anonymous(${names}\n) {\n${texts.at(-1) ?? ''}\n})`) as object;
}

const maker = (real: object, keyword: string): object =>
  new Proxy(real, {
    apply: (_real, _self, parts: unknown[]) => madeFunction(keyword, parts),
    construct: (_real, parts: unknown[]) => madeFunction(keyword, parts),
  });

let isMade = false;

/** What functions of a kind are made by, also where one asks a function of that kind for it. */
function replace(prototype: object, keyword: string): object {
  const value = maker(prototype.constructor, keyword);
  Object.defineProperty(prototype, 'constructor', { configurable: true, value });
  return value;
}

/** From now on `Function`, that of generators, and `eval` of an expression work here. */
export function makeFunctions(): void {
  if (isMade) return;
  isMade = true;
  // oxlint-disable-next-line no-empty-function -- asked for its kind only
  replace(Object.getPrototypeOf(function* () {}) as object, 'function*');
  Object.assign(globalThis, {
    Function: replace(Function.prototype, 'function'),
    eval: (text: unknown) => (typeof text === 'string' ? valueOf(`(${text}\n)`) : text),
  });
}
