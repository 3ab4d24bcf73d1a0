/** Widget states in a notebook file: `metadata.widgets["application/vnd.jupyter.widget-state+json"]`, version 2. */
import { isJsonObject, type JsonObject, type JsonValue, type Output } from '../notebook/model.ts';
import { WIDGET_VIEW_MIME } from '../outputs/choose-mime.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { WidgetModel, WidgetModels } from './widget-book.ts';
import { readWidgetOutputs } from './widget-outputs.ts';
import { type BinaryPart, binaryOf, referencesOf } from './widget-state.ts';

export const WIDGET_STATE_MIME = 'application/vnd.jupyter.widget-state+json';

const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');

function fromHex(digits: string): Uint8Array | null {
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function readBinary(value: JsonValue | undefined): BinaryPart[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).flatMap((part) => {
    const decode = part['encoding'] === 'hex' ? fromHex : fromBase64;
    const bytes = decode(text(part['data']));
    return bytes ? binaryOf([part['path'] ?? null], [bytes]) : [];
  });
}

/** The widgets that a notebook's metadata holds; none where there are none or the version is unknown. */
export function readSavedWidgets(metadata: JsonObject): WidgetModels {
  const models = new Map<string, WidgetModel>();
  const widgets = metadata['widgets'];
  const saved = isJsonObject(widgets) ? widgets[WIDGET_STATE_MIME] : undefined;
  if (!isJsonObject(saved) || saved['version_major'] !== 2 || !isJsonObject(saved['state'])) return models;
  for (const [id, model] of Object.entries(saved['state'])) {
    if (!isJsonObject(model) || text(model['model_name']) === '') continue;
    const values = isJsonObject(model['state']) ? model['state'] : {};
    models.set(id, {
      name: text(model['model_name']),
      module: text(model['model_module']),
      version: text(model['model_module_version']),
      state: { values, binary: readBinary(model['buffers']) },
    });
  }
  return models;
}

function toSaved({ name, module, version, state }: WidgetModel): JsonObject {
  const buffers = state.binary.map(({ path, bytes }) => ({
    data: toBase64(bytes),
    path: [...path],
    encoding: 'base64',
  }));
  return {
    model_name: name,
    model_module: module,
    model_module_version: version,
    state: state.values,
    ...(buffers.length > 0 ? { buffers } : {}),
  };
}

/** The models that outputs show. */
export function viewsOf(outputs: readonly Output[]): string[] {
  return outputs.flatMap((output) => {
    const view = 'data' in output ? output.data[WIDGET_VIEW_MIME] : undefined;
    const id = isJsonObject(view) ? text(view['model_id']) : '';
    return id === '' ? [] : [id];
  });
}

/** A model that nothing shows may still work on others: a link between two sliders. */
export function worksOn({ name, state }: WidgetModel): string[] {
  const view = state.values['_view_name'];
  // A file may leave out what is as ever.
  const isUnseen = view === null || (view === undefined && name.endsWith('LinkModel'));
  return isUnseen ? referencesOf(state.values) : [];
}

/**
 * The models that views need: `roots`, all that they refer to, and what works on any of them, as far as they are known.
 */
export function reachable(roots: Iterable<string>, models: WidgetModels): WidgetModels {
  const found = new Map<string, WidgetModel>();
  addReachable([...roots], models, found);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [id, model] of models)
      if (!found.has(id) && worksOn(model).some((one) => found.has(one))) addReachable([id], models, found);
  }
  return found;
}

function addReachable(waiting: string[], models: WidgetModels, found: Map<string, WidgetModel>): void {
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const model = models.get(id);
    if (!model || found.has(id)) continue;
    found.set(id, model);
    waiting.push(...referencesOf(model.state.values));
    if (model.name === 'OutputModel')
      waiting.push(...viewsOf(readWidgetOutputs(model.state.values['outputs'])));
  }
}

/** The metadata with these widgets and no others; the same object where nothing changes. */
export function withSavedWidgets(metadata: JsonObject, models: WidgetModels): JsonObject {
  const { widgets, ...rest } = metadata;
  const { [WIDGET_STATE_MIME]: before, ...others } = isJsonObject(widgets) ? widgets : {};
  if (models.size === 0) {
    if (before === undefined) return metadata;
    return Object.keys(others).length > 0 ? { ...rest, widgets: others } : rest;
  }
  const ids = [...models.keys()].sort();
  const state = Object.fromEntries(
    ids.flatMap((id) => {
      const model = models.get(id);
      return model ? [[id, toSaved(model)]] : [];
    }),
  );
  const saved: JsonObject = { state, version_major: 2, version_minor: 0 };
  if (JSON.stringify(saved) === JSON.stringify(before)) return metadata;
  return { ...metadata, widgets: { ...others, [WIDGET_STATE_MIME]: saved } };
}
