/**
 * The widget manager of this document. The page has the line to the kernel and knows all models; they come here when a
 * view or another model asks for them. Models whose kernel is gone stay as they are.
 */
import {
  type ICallbacks,
  type IClassicComm,
  put_buffers,
  uuid,
  type WidgetModel,
} from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import { isJsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { FrameTheme } from '../protocol.ts';
import { asOfEight, isOfSeven } from './as-of-eight.ts';
import { type Deferred, deferred } from './deferred.ts';
import { FrameComm, type CommSend } from './frame-comm.ts';
import { problemModel, problemView } from './problem-view.ts';
import type { WidgetModules } from './widget-modules.ts';
import type { FrameModel, WidgetFromPage, WidgetToPage } from './widget-protocol.ts';

type ClassName = [name: string, module: string, version: string];

export class FrameManager extends ManagerBase {
  readonly #post: (message: WidgetToPage, transfer: Transferable[]) => void;
  readonly #modules: WidgetModules;
  readonly #comms = new Map<string, FrameComm>();
  readonly #waiting = new Map<string, Deferred<void>>();
  /** Models of ipywidgets 7. */
  readonly #older = new Set<string>();
  readonly #callbacks = new Map<string, ICallbacks>();

  /** The page's colours, for outputs inside widgets. */
  theme: FrameTheme = { isDark: false, tokens: {} };

  constructor(post: (message: WidgetToPage, transfer: Transferable[]) => void, modules: WidgetModules) {
    super();
    this.#post = post;
    this.#modules = modules;
  }

  receive(message: WidgetFromPage): void {
    switch (message.type) {
      case 'models':
        for (const model of message.models) this.#take(model);
        return;
      case 'missing':
        this.#waiting
          .get(message.id)
          ?.reject(
            new Error('Neither a kernel nor the notebook has this widget any more. Run its cell again.'),
          );
        this.#waiting.delete(message.id);
        return;
      case 'message': {
        const { id, data, parentId } = message;
        const buffers = message.buffers.map((buffer) => new DataView(buffer));
        const parent_header = { msg_id: parentId };
        const { state } = data;
        const isOlder = this.#older.has(id) && isJsonObject(state);
        const content = { comm_id: id, data: isOlder ? { ...data, state: asOfEight(state) } : data };
        this.#comms.get(id)?.receive({ content, metadata: {}, parent_header, buffers });
        return;
      }
      case 'close':
        void this.#close(message.id);
        return;
      case 'done':
        this.#finish(message.messageId);
        return;
      case 'disconnected':
        this.disconnect();
        this.#comms.clear();
        for (const id of this.#callbacks.keys()) this.#finish(id);
        return;
      case 'module':
        this.#modules.receive(message.name, message.code);
    }
  }

  /** Models come from the page when somebody asks for them. */
  override async get_model(id: string): Promise<WidgetModel> {
    if (!this.has_model(id)) await this.#ask(id);
    return super.get_model(id);
  }

  #ask(id: string): Promise<void> {
    const known = this.#waiting.get(id);
    if (known) return known.promise;
    const waiting = deferred<void>();
    this.#waiting.set(id, waiting);
    this.#post({ type: 'need', id }, []);
    return waiting.promise;
  }

  #take({ id, name, module, version, values, paths, buffers, isLive }: FrameModel): void {
    if (isOfSeven(module, version)) this.#older.add(id);
    const state = this.#older.has(id) ? asOfEight(values) : values;
    put_buffers(state, paths, buffers);
    const comm = isLive ? this.#commOf(id) : undefined;
    if (this.has_model(id)) void this.#renew(id, state, comm);
    else {
      const names = { model_name: name, model_module: module, model_module_version: version };
      void this.new_model({ ...names, model_id: id, ...(comm ? { comm } : {}) }, state);
    }
    this.#waiting.get(id)?.resolve();
    this.#waiting.delete(id);
  }

  /** The model is here: it takes the state over, and the comm where it had none. */
  async #renew(id: string, values: object, comm: FrameComm | undefined): Promise<void> {
    const model = await super.get_model(id);
    if (comm && !model.comm_live) {
      model.comm = comm as IClassicComm;
      comm.on_close(() => model._handle_comm_closed({} as never));
      comm.on_msg((message) => void model._handle_comm_msg(message as never));
      model.comm_live = true;
    }
    const type = model.constructor as typeof WidgetModel;
    model.state_change = model.state_change.then(async () => {
      model.set_state(await type._deserialize_state(values as never, this));
    });
  }

  #commOf(id: string): FrameComm {
    const comm = this.#comms.get(id) ?? new FrameComm(id, (message) => this.#send(message));
    this.#comms.set(id, comm);
    return comm;
  }

  #send({ kind, id, data, metadata, buffers, callbacks }: CommSend): string {
    const messageId = uuid();
    const copies = buffers.map(copyOf);
    // Plain JSON: models of other makers put objects with methods into their states.
    const plain = { data: JSON.parse(JSON.stringify(data)), metadata: JSON.parse(JSON.stringify(metadata)) };
    if (callbacks) this.#callbacks.set(messageId, callbacks);
    this.#post({ type: 'send', kind, id, messageId, ...plain, buffers: copies }, copies);
    return messageId;
  }

  /** The kernel went past a message: the next one may go. */
  #finish(messageId: string): void {
    const callbacks = this.#callbacks.get(messageId);
    this.#callbacks.delete(messageId);
    callbacks?.iopub?.['status']?.({ content: { execution_state: 'idle' } } as never);
  }

  async #close(id: string): Promise<void> {
    const comm = this.#comms.get(id);
    this.#comms.delete(id);
    if (comm) comm.receiveClose();
    else if (this.has_model(id)) await (await super.get_model(id)).close(true);
  }

  /** What cannot be had is shown in words in its place. */
  protected override async loadModelClass(...[name, module, version]: ClassName): Promise<never> {
    try {
      return (await this.#modules.load(name, module, version)) as never;
    } catch (error) {
      return problemModel(error) as never;
    }
  }

  protected override async loadViewClass(...[name, module, version]: ClassName): Promise<never> {
    try {
      return (await this.#modules.load(name, module, version)) as never;
    } catch (error) {
      return problemView(error) as never;
    }
  }

  protected override loadClass(className: string, moduleName: string, version: string): Promise<never> {
    return this.#modules.load(className, moduleName, version) as Promise<never>;
  }

  /** Comms are opened by kernels. */
  protected override _create_comm(): Promise<never> {
    return Promise.reject(new Error('Widgets are made by the kernel.'));
  }

  protected override _get_comm_info(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}

function copyOf(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (!ArrayBuffer.isView(buffer)) return buffer.slice(0);
  return new Uint8Array(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)).buffer;
}
