import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';

/** Small values kept in this browser under backend and user id (layout, last environment). Never documents. */
export type StorageService = {
  get(key: string): JsonValue | undefined;
  set(key: string, value: JsonValue): void;
  remove(key: string): void;
};
