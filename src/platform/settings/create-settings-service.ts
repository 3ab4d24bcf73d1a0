import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { Emitter } from '@/base/emitter.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { AnySetting, SettingId, SettingsService, SettingValues } from './settings-service.ts';
import { createSettingsStore } from './settings-store.ts';

/** Where a value lives that is kept by somebody else, as the theme is, which the signed-out page has too. */
export type SettingSource<T> = { get(): T; set(value: T): void; subscribe(listener: () => void): () => void };

/** What the settings service is made of. */
export type SettingsConfig = {
  settings: readonly AnySetting[];
  storage: StorageService;
  elsewhere?: { [Id in SettingId]?: SettingSource<SettingValues[Id]> };
};

/** The service with what the start of the page needs: values are there once it is known whose they are. */
export type RestorableSettings = SettingsService & { restore(): void; dispose(): void };

type Value = SettingValues[SettingId];

/**
 * Each value is stored under a name of its own, so that one that is damaged, or of a setting that is no more, costs
 * nothing else, and two windows do not overwrite each other's choices. Only what differs from the default is stored.
 */
export function createSettingsService(config: SettingsConfig): RestorableSettings {
  const byId = new Map<SettingId, AnySetting>();
  for (const setting of config.settings) {
    if (byId.has(setting.id)) throw new Error(`Two settings have the id ${setting.id}`);
    const { id } = setting;
    if (!isValueOf(setting, setting.default)) throw new Error(`The default of ${id} is none of its values`);
    byId.set(id, setting);
  }
  const elsewhere = (config.elsewhere ?? {}) as Partial<Record<SettingId, SettingSource<Value>>>;
  const changed = new Emitter<SettingId>();
  const read = (setting: AnySetting): Value => {
    const { id, default: usual } = setting;
    const kept: unknown = elsewhere[id]?.get() ?? config.storage.get(nameOf(id));
    return isValueOf(setting, kept) ? kept : usual;
  };
  const readAll = () =>
    Object.fromEntries(config.settings.map((one) => [one.id, read(one)])) as unknown as SettingValues;
  const store = createSettingsStore(readAll());
  const become = (next: SettingValues) => {
    const before = store.getState();
    const ids = [...byId.keys()].filter((id) => !Object.is(before[id], next[id]));
    if (ids.length === 0) return;
    store.setState(next);
    for (const id of ids) changed.fire(id);
  };
  const put = (id: SettingId, value: Value) => {
    const setting = byId.get(id);
    if (!setting || !isValueOf(setting, value))
      throw new Error(`${id} has no value ${JSON.stringify(value)}`);
    const source = elsewhere[id];
    if (source) source.set(value);
    else if (Object.is(value, setting.default)) config.storage.remove(nameOf(id));
    else config.storage.set(nameOf(id), value as JsonValue);
    become({ ...store.getState(), [id]: value });
  };
  const ends = Object.values(elsewhere).map((source) => source.subscribe(() => become(readAll())));
  return {
    store,
    get: (id) => store.getState()[id],
    set: put,
    reset(id) {
      const setting = byId.get(id);
      if (setting) put(id, setting.default);
    },
    isChanged: (id) => !Object.is(store.getState()[id], byId.get(id)?.default),
    all: () => config.settings,
    onDidChange: changed.event,
    restore: () => become(readAll()),
    dispose() {
      for (const end of ends) end();
      changed.dispose();
    },
  };
}

const nameOf = (id: SettingId) => `settings.${id}`;

function isValueOf(setting: AnySetting, value: unknown): value is Value {
  // The control is typed by the id; here the id is any.
  const control = setting as unknown as
    | { kind: 'switch' }
    | { kind: 'number'; least: number; most: number }
    | { kind: 'choice'; options: readonly { value: unknown }[] };
  if (control.kind === 'switch') return typeof value === 'boolean';
  if (control.kind === 'choice') return control.options.some((option) => option.value === value);
  return Number.isInteger(value) && Number(value) >= control.least && Number(value) <= control.most;
}
