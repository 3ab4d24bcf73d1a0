/**
 * The modules that models name. Those of ipywidgets and anywidget come with us; others are part of Python packages, and
 * the page is asked for the file that the kernel's environment has.
 */
import * as base from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';
import { AnyModel, AnyView } from './anywidget.ts';
import { type Deferred, deferred } from './deferred.ts';
import { defineModule } from './define-module.ts';
import { OutputModel, OutputView } from './output-widget.ts';
import { ProblemView } from './problem-view.ts';

type Exports = Readonly<Record<string, unknown>>;

const OURS: Readonly<Record<string, Exports>> = {
  '@jupyter-widgets/base': { ...base, ErrorWidgetView: ProblemView },
  '@jupyter-widgets/controls': { ...controls },
  '@jupyter-widgets/output': { OutputModel, OutputView },
  anywidget: { AnyModel, AnyView },
};

export class ModuleMissing extends Error {
  constructor(name: string, version: string) {
    super(
      `This widget needs ${name} ${version}, which the kernel's environment does not have. ` +
        'Install the Python package of the widget there and restart the kernel.',
    );
    this.name = 'ModuleMissing';
  }
}

export class WidgetModules {
  readonly #ask: (name: string, version: string) => void;
  readonly #asked = new Map<string, Deferred<string | null>>();
  readonly #made = new Map<string, Promise<Exports>>();

  constructor(ask: (name: string, version: string) => void) {
    this.#ask = ask;
  }

  async load(className: string, name: string, version: string): Promise<unknown> {
    const exports = OURS[name] ?? (await this.#foreign(name, version));
    const found = exports[className];
    if (found === undefined) throw new Error(`${name} ${version} has no ${className}.`);
    return found;
  }

  #foreign(name: string, version: string): Promise<Exports> {
    const known = this.#made.get(name);
    if (known) return known;
    const making = this.#make(name, version);
    this.#made.set(name, making);
    // A package that was installed meanwhile is found the next time.
    making.catch(() => this.#made.delete(name));
    return making;
  }

  async #make(name: string, version: string): Promise<Exports> {
    const asked = deferred<string | null>();
    this.#asked.set(name, asked);
    this.#ask(name, version);
    const code = await asked.promise;
    if (code === null) throw new ModuleMissing(name, version);
    return defineModule(name, code, OURS);
  }

  receive(name: string, code: string | null): void {
    this.#asked.get(name)?.resolve(code);
    this.#asked.delete(name);
  }
}
