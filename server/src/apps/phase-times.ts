import type { App, PhaseName } from '@atelier-ide/contract';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

const factKey = 'app-phase-times';
const keptStarts = 20;

type Times = Record<string, Partial<Record<PhaseName, number[]>>>;

/** Median of the numbers, undefined for none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  return high === undefined || low === undefined ? undefined : Math.round((high + low) / 2);
}

/** How long the phases of a start usually take: the median of the last 20 starts, by type and image. */
export type PhaseTimes = {
  typical(key: string, phase: PhaseName): number | undefined;
  /** Sum over the phases known for this key. */
  typicalTotal(key: string): number | undefined;
  record(key: string, app: App): void;
  /** Resolves when everything recorded so far is in the store. */
  flush(): Promise<void>;
};

function parseTimes(text: string | undefined): Times {
  if (text === undefined) return {};
  const parsed: unknown = JSON.parse(text);
  const times: Times = {};
  if (typeof parsed !== 'object' || parsed === null) return times;
  for (const [key, phases] of Object.entries(parsed)) {
    if (typeof phases !== 'object' || phases === null) continue;
    const kept: Record<string, number[]> = {};
    for (const [name, list] of Object.entries(phases))
      if (Array.isArray(list)) kept[name] = list.filter((ms) => typeof ms === 'number').slice(-keptStarts);
    times[key] = kept;
  }
  return times;
}

export function createPhaseTimes(facts: Store['facts'], log?: Log): PhaseTimes {
  let times: Times = {};
  // Reads and writes go one after the other, so that the newest always is the one that stays.
  let queue: Promise<void> = facts.get(factKey).then(
    (text) => {
      try {
        times = { ...parseTimes(text), ...times };
      } catch (error) {
        log?.warn('The typical times of starts were not readable and begin anew.', { error: String(error) });
      }
    },
    (error: unknown) => log?.warn('The typical times of starts were not read.', { error: String(error) }),
  );
  const save = (): void => {
    queue = queue
      .then(() => facts.set(factKey, JSON.stringify(times)))
      .catch((error: unknown) =>
        log?.warn('The typical times of starts were not saved.', { error: String(error) }),
      );
  };
  return {
    typical: (key, phase) => median(times[key]?.[phase] ?? []),
    typicalTotal(key) {
      const medians = Object.values(times[key] ?? {}).map((list) => median(list) ?? 0);
      return medians.length === 0 ? undefined : medians.reduce((sum, ms) => sum + ms, 0);
    },
    record(key, app) {
      const known = { ...times[key] };
      for (const phase of app.phases) {
        if (phase.endedAt === undefined) continue;
        const ms = Math.max(0, Date.parse(phase.endedAt) - Date.parse(phase.startedAt));
        known[phase.name] = [...(known[phase.name] ?? []), ms].slice(-keptStarts);
      }
      times = { ...times, [key]: known };
      save();
    },
    flush: () => queue,
  };
}
