import type { JsonObject, JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { Tab } from './tab-service.ts';

/** Tabs and layout as they are kept in the browser. */
export type KeptTabs = JsonObject & { tabs: JsonValue[]; layout: JsonObject };

type KeptTab = Omit<Tab, 'isDirty' | 'isActive'>;

/** Tabs and layout in the form in which they are kept. */
export function writeKept(tabs: readonly Tab[], layout: JsonObject): KeptTabs {
  return { tabs: tabs.map(writeTab), layout };
}

function writeTab(tab: Tab): JsonObject {
  const { id, kind, key, title, tooltip, icon, state, area } = tab;
  return {
    id,
    kind,
    key,
    title,
    ...(tooltip === undefined ? {} : { tooltip }),
    ...(icon === undefined ? {} : { icon }),
    ...(state === undefined ? {} : { state }),
    ...(area === undefined ? {} : { area }),
  };
}

/** What is still of use of a kept value; another version of the product may have written it. */
export function readKept(
  value: unknown,
  isKnown: (kind: string) => boolean,
): { tabs: KeptTab[]; layout: JsonObject } | null {
  if (!isObject(value) || !Array.isArray(value['tabs']) || !isObject(value['layout'])) return null;
  const tabs: KeptTab[] = [];
  for (const each of value['tabs']) {
    const tab = readTab(each);
    if (tab && isKnown(tab.kind) && !tabs.some((other) => other.id === tab.id)) tabs.push(tab);
  }
  return { tabs, layout: value['layout'] };
}

function readTab(value: unknown): KeptTab | null {
  if (!isObject(value)) return null;
  const { id, kind, key, title, tooltip, icon, state, area } = value as Record<string, JsonValue | undefined>;
  if (typeof id !== 'string' || typeof kind !== 'string') return null;
  if (typeof key !== 'string' || typeof title !== 'string') return null;
  return {
    id,
    kind,
    key,
    title,
    ...(typeof tooltip === 'string' ? { tooltip } : {}),
    ...(typeof icon === 'string' ? { icon } : {}),
    ...(isObject(state) ? { state } : {}),
    ...(area === 'bottom' || area === 'main' ? { area } : {}),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
