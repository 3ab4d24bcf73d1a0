/** Runs a module of the older format (`define([...], factory)`), as Python packages bring it for notebooks. */
import { deferred } from './deferred.ts';

type Exports = Readonly<Record<string, unknown>>;
type Factory = (...parts: unknown[]) => unknown;

/** The module's exports. `known` are the modules that it may name. */
export async function defineModule(
  name: string,
  code: string,
  known: Readonly<Record<string, Exports>>,
): Promise<Exports> {
  const defined = deferred<Exports>();
  const module: { exports: Exports } = { exports: {} };
  const special: Readonly<Record<string, unknown>> = {
    exports: module.exports,
    module: { ...module, id: name, uri: `./${name}.js` },
    require: undefined,
  };
  const define = (...words: unknown[]) => {
    const factory = words.pop();
    const names = Array.isArray(words.at(-1)) ? (words.at(-1) as unknown[]) : [];
    try {
      const parts = names.map((one) => {
        const part = String(one);
        if (part in special) return special[part];
        const found = known[part];
        if (!found) throw new Error(`${name} needs ${part}, which is not here.`);
        return found;
      });
      const made = typeof factory === 'function' ? (factory as Factory)(...parts) : factory;
      defined.resolve((typeof made === 'object' && made !== null ? made : module.exports) as Exports);
    } catch (error) {
      defined.reject(error);
    }
  };
  define.amd = {};
  const scope = `define-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  Reflect.set(globalThis, scope, define);
  const script = document.createElement('script');
  const text = `(function (define, module, exports) {${code}\n})(globalThis[${JSON.stringify(scope)}]);`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  script.src = url;
  try {
    await new Promise<void>((resolve, reject) => {
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${name} could not be run.`));
      document.head.append(script);
    });
    return await Promise.race([defined.promise, nothingDefined(name)]);
  } finally {
    script.remove();
    URL.revokeObjectURL(url);
    Reflect.deleteProperty(globalThis, scope);
  }
}

/** A module defines itself while its text runs. */
async function nothingDefined(name: string): Promise<never> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
  throw new Error(`${name} defines no module.`);
}
