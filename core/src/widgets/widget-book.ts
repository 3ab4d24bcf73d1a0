/**
 * What a page knows of the widgets of one kernel, folded from comm messages in the order of the journal. A frame that is
 * made later, or made again, gets its models from here; so does the file. Messages that were told before change nothing.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../notebook/model.ts';
import type { JupyterMessage } from '../wire/message.ts';
import { binaryOf, stateOfData, updateState, type WidgetState } from './widget-state.ts';

export const WIDGET_TARGET = 'jupyter.widget';
export const CONTROL_TARGET = 'jupyter.widget.control';

export interface WidgetModel {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  readonly state: WidgetState;
}

export type WidgetModels = ReadonlyMap<string, WidgetModel>;

/** What a message changed: a model came, changed or went. `null`: nothing of a widget. */
export type WidgetChange =
  | { readonly kind: 'open' | 'close'; readonly id: string }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly keys: readonly string[];
      readonly isEcho: boolean;
    }
  | { readonly kind: 'custom'; readonly id: string };

const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');

/** The id of a comm that a message is of; '' for other messages. */
export function commIdOf({ header, content }: JupyterMessage): string {
  return header.msg_type.startsWith('comm_') ? text(content['comm_id']) : '';
}

function dataOf(content: JsonObject): JsonObject {
  return isJsonObject(content['data']) ? content['data'] : {};
}

export class WidgetBook {
  readonly #models = new Map<string, WidgetModel>();

  get models(): WidgetModels {
    return this.#models;
  }

  /** Folds one message, from the kernel or to it. */
  receive(message: JupyterMessage): WidgetChange | null {
    const id = commIdOf(message);
    if (id === '') return null;
    switch (message.header.msg_type) {
      case 'comm_open':
        return this.#open(id, message);
      case 'comm_close':
        return this.#models.delete(id) ? { kind: 'close', id } : null;
      case 'comm_msg':
        return this.#update(id, message);
      default:
        return null;
    }
  }

  #open(id: string, { content, buffers }: JupyterMessage): WidgetChange | null {
    if (content['target_name'] !== WIDGET_TARGET) return null;
    const state = stateOfData(dataOf(content), buffers);
    this.#models.set(id, modelOf(state));
    return { kind: 'open', id };
  }

  #update(id: string, { content, buffers }: JupyterMessage): WidgetChange | null {
    const model = this.#models.get(id);
    if (!model) return null;
    const data = dataOf(content);
    const { method } = data;
    if (method === 'custom') return { kind: 'custom', id };
    if (method !== 'update' && method !== 'echo_update') return null;
    const update = stateOfData(data, buffers);
    this.#models.set(id, { ...model, state: updateState(model.state, update) });
    const keys = [...Object.keys(update.values), ...update.binary.map(({ path }) => String(path[0]))];
    return { kind: 'update', id, keys, isEcho: method === 'echo_update' };
  }

  /** An attribute that the page itself makes (the outputs of an Output widget). */
  set(id: string, values: JsonObject): void {
    const model = this.#models.get(id);
    if (model) this.#models.set(id, { ...model, state: updateState(model.state, { values, binary: [] }) });
  }

  /** All models of the kernel, as it answers to `request_states`. Returns their ids. */
  takeStates(data: JsonObject, buffers: readonly Uint8Array[]): string[] {
    const states = isJsonObject(data['states']) ? data['states'] : {};
    const parts = binaryOf(data['buffer_paths'], buffers);
    const ids: string[] = [];
    for (const [id, told] of Object.entries(states)) {
      if (!isJsonObject(told)) continue;
      const binary = parts.filter(({ path }) => path[0] === id && path.length > 1);
      this.#models.set(id, {
        name: text(told['model_name']),
        module: text(told['model_module']),
        version: text(told['model_module_version']),
        state: {
          values: isJsonObject(told['state']) ? told['state'] : {},
          binary: binary.map(({ path, bytes }) => ({ path: path.slice(1), bytes })),
        },
      });
      ids.push(id);
    }
    return ids;
  }

  clear(): void {
    this.#models.clear();
  }
}

function modelOf(state: WidgetState): WidgetModel {
  const { values } = state;
  return {
    name: text(values['_model_name']),
    module: text(values['_model_module']),
    version: text(values['_model_module_version']),
    state,
  };
}
