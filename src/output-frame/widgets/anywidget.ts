/**
 * anywidget (https://anywidget.dev/en/afm): a model whose state carries its own module and style. The module is run from
 * the state; nothing is asked of a network.
 */
import { DOMWidgetModel, DOMWidgetView, type WidgetModel } from '@jupyter-widgets/base';

type Cleanup = void | (() => void | Promise<void>);
type Invoke = (name: string, message?: unknown, options?: InvokeOptions) => Promise<[unknown, DataView[]]>;
type InvokeOptions = { buffers?: ArrayBuffer[]; signal?: AbortSignal };
type Experimental = { invoke: Invoke };
type Definition = {
  initialize?(context: {
    model: ModelProxy;
    experimental: Experimental;
    signal: AbortSignal;
  }): Cleanup | Promise<Cleanup>;
  render?(context: {
    model: ModelProxy;
    el: HTMLElement;
    experimental: Experimental;
    signal: AbortSignal;
  }): Cleanup | Promise<Cleanup>;
};
type Module = Definition & { default?: Definition | (() => Definition | Promise<Definition>) };
type Listener = (...words: unknown[]) => void;

/** The part of a model that modules may use. */
type ModelProxy = {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(name: string, listener: Listener): void;
  off(name?: string | null, listener?: Listener | null): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
  widget_manager: unknown;
};

const INVOKE_MS = 3_000;

async function loadModule(text: string): Promise<Definition> {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    const module = (await import(/* @vite-ignore */ url)) as Module;
    // The older form exports its functions by themselves.
    if (module.render) return module;
    if (module.default === undefined) throw new Error('The module of this widget has no default export.');
    return typeof module.default === 'function' ? await module.default() : module.default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Listeners of one initialize or render: they end with it. */
function proxyOf(model: WidgetModel, owner: object): ModelProxy {
  return {
    get: (name) => model.get(name) as unknown,
    set: (name, value) => void model.set(name, value),
    save_changes: () => model.save_changes(),
    on: (name, listener) => void model.on(name, listener, owner),
    off: (name, listener) => void model.off(name ?? undefined, listener ?? undefined, owner),
    send: (content, callbacks, buffers) => model.send(content as never, callbacks as never, buffers),
    widget_manager: model.widget_manager,
  };
}

/** Calls a command of the Python side and waits for its answer. */
async function invoke(
  model: WidgetModel,
  name: string,
  message?: unknown,
  options: InvokeOptions = {},
): Promise<[unknown, DataView[]]> {
  const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const signal = options.signal ?? AbortSignal.timeout(INVOKE_MS);
  return new Promise((resolve, reject) => {
    const end = () => model.off('msg:custom', hear);
    const hear = (answer: { id?: unknown; kind?: unknown; response?: unknown }, buffers: DataView[]) => {
      if (answer.kind !== 'anywidget-command-response' || answer.id !== id) return;
      end();
      resolve([answer.response, buffers]);
    };
    signal.addEventListener('abort', () => {
      end();
      reject(new Error(`The kernel did not answer ${name} in time.`));
    });
    model.on('msg:custom', hear);
    model.send(
      { id, kind: 'anywidget-command', name, msg: message } as never,
      undefined,
      options.buffers ?? [],
    );
  });
}

const experimentalOf = (model: WidgetModel): Experimental => ({
  invoke: (name, message, options) => invoke(model, name, message, options),
});

async function finish(cleanup: Cleanup | undefined): Promise<void> {
  await cleanup?.();
}

function atEnd(signal: AbortSignal, end: () => void): void {
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);
}

export class AnyModel extends DOMWidgetModel {
  // Set by `initialize`, which the library calls before fields of this class would be.
  declare moduleEnd: AbortController;
  declare definition: Promise<Definition>;

  override initialize(attributes: never, options: never): void {
    super.initialize(attributes, options);
    this.moduleEnd = new AbortController();
    this.startModule();
    this.on('change:_esm', () => this.startModule());
    this.once('destroy', () => this.moduleEnd.abort());
  }

  startModule(): void {
    this.moduleEnd.abort();
    this.moduleEnd = new AbortController();
    const { signal } = this.moduleEnd;
    const proxy = proxyOf(this, signal);
    this.definition = loadModule(String(this.get('_esm'))).then(async (definition) => {
      if (signal.aborted) return definition;
      const experimental = experimentalOf(this as WidgetModel);
      const cleanup = await definition.initialize?.({ model: proxy, experimental, signal });
      atEnd(signal, () => {
        proxy.off();
        void finish(cleanup);
      });
      return definition;
    });
    // Views show what went wrong.
    this.definition.catch(() => undefined);
  }

  /** Values may hold bytes, which JSON does not carry. */
  override serialize(state: never): never {
    const { layout, style, ...own } = state as Record<string, unknown>;
    const shared = super.serialize({
      ...(layout === undefined ? {} : { layout }),
      ...(style === undefined ? {} : { style }),
    } as never);
    return { ...structuredClone(own), ...(shared as object) } as never;
  }
}

export class AnyView extends DOMWidgetView {
  #end = new AbortController();

  override async render(): Promise<void> {
    await this.#drawOrTell();
    this.listenTo(this.model, 'change:_esm', () => void this.#drawOrTell());
    this.listenTo(this.model, 'change:_css', () => this.#style());
  }

  async #drawOrTell(): Promise<void> {
    try {
      await this.#draw();
    } catch (error) {
      this.el.classList.add('widget-problem');
      const words = error instanceof Error ? error.message : String(error);
      this.el.textContent = `This widget's own code failed: ${words}`;
    }
  }

  async #draw(): Promise<void> {
    this.#end.abort();
    this.#end = new AbortController();
    const { signal } = this.#end;
    this.el.replaceChildren();
    this.#style();
    const definition = await (this.model as AnyModel).definition;
    if (signal.aborted) return;
    const proxy = proxyOf(this.model, signal);
    const experimental = experimentalOf(this.model);
    const cleanup = await definition.render?.({
      model: proxy,
      el: this.el as HTMLElement,
      experimental,
      signal,
    });
    atEnd(signal, () => {
      proxy.off();
      void finish(cleanup);
    });
  }

  /** One style element for all views of one class. */
  #style(): void {
    const text = String(this.model.get('_css') ?? '');
    const id = `anywidget-${String(this.model.get('_anywidget_id') ?? this.model.model_id)}`;
    const known = document.getElementById(id);
    if (text === '') known?.remove();
    else {
      const style = known ?? document.createElement('style');
      style.id = id;
      style.textContent = text;
      if (!known) document.head.append(style);
    }
  }

  override remove(): never {
    this.#end.abort();
    return super.remove() as never;
  }
}
