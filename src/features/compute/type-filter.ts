import type { InstanceType } from '@atelier-ide/contract';
import { fitsFilter } from './choices.ts';

/** What the picker shows. A least value of 0 = any; `gpu` 0 = none, null = any. */
export type TypeFilter = {
  words: string;
  isFastOnly: boolean;
  vcpu: number;
  memoryGiB: number;
  gpu: number | null;
};

export const everyFastType: TypeFilter = { words: '', isFastOnly: true, vcpu: 0, memoryGiB: 0, gpu: null };

/** Whether a type is shown; the one in use stays while only fast ones are asked for. */
export function isShown(type: InstanceType, filter: TypeFilter, currentName: string | null): boolean {
  return (
    (!filter.isFastOnly || type.fastLaunch || type.name === currentName) &&
    type.vcpu >= filter.vcpu &&
    type.memoryGiB >= filter.memoryGiB &&
    (filter.gpu === null || (filter.gpu === 0 ? type.gpu === 0 : type.gpu >= filter.gpu)) &&
    fitsFilter(type, filter.words)
  );
}

/** The values of a column that one can ask for, each once, in order. */
export function valuesOf(
  types: readonly InstanceType[],
  of: (type: InstanceType) => number,
): readonly number[] {
  return [...new Set(types.map(of))].toSorted((a, b) => a - b);
}
