import type { StoreApi } from 'zustand/vanilla';
import type { Event } from '@/base/emitter.ts';
import type { ThemeChoice } from '@/platform/theme/theme-service.ts';

/** Settings by id, with the type of their values. Features add ids by declaration merging. */
export interface SettingValues {
  'workbench.theme': ThemeChoice;
}
/** Id of a setting that some feature of this product has declared. */
export type SettingId = keyof SettingValues;

/** Headings of the settings view, in its order. */
export type SettingGroup = 'Appearance' | 'Editor' | 'Notebook' | 'Running' | 'Terminal';

/** How a value is chosen, and with it which values there are. */
type Control<T> = [T] extends [boolean]
  ? { kind: 'switch' }
  : [T] extends [number]
    ? { kind: 'number'; least: number; most: number; unit?: string }
    : { kind: 'choice'; options: readonly { value: T; label: string }[] };

/** One declaration = one line of the settings view, with its default and what may be stored. */
export type Setting<Id extends SettingId = SettingId> = {
  id: Id;
  /** Sentence case; tests and assistive technology find the control by this name. */
  title: string;
  /** What it does, in one sentence. */
  detail: string;
  group: SettingGroup;
  default: SettingValues[Id];
} & Control<SettingValues[Id]>;

/** A setting whose id is only known at run time. */
export type AnySetting = { [Id in SettingId]: Setting<Id> }[SettingId];

/** Types one setting so that default and control follow its id. */
export function defineSetting<Id extends SettingId>(setting: Setting<Id>): AnySetting {
  return setting as unknown as AnySetting;
}

/** What a person has chosen, kept per user in this browser; the defaults otherwise. */
export type SettingsService = {
  /** All values as they count now: `useStore(settings.store, (s) => s['notebook.lineNumbers'])`. */
  readonly store: StoreApi<SettingValues>;
  get<Id extends SettingId>(id: Id): SettingValues[Id];
  /** Throws on a value that the setting does not have. */
  set<Id extends SettingId>(id: Id, value: SettingValues[Id]): void;
  reset(id: SettingId): void;
  /** Whether the value is another than the default. */
  isChanged(id: SettingId): boolean;
  all(): readonly AnySetting[];
  /** Fired once for each value that changed. */
  readonly onDidChange: Event<SettingId>;
};
