import {
  type CreateSwitch,
  ProblemError,
  type StudioClient,
  type StudioDocument,
  type Switch,
} from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';
import type { LogService } from '@/platform/log/log-service.ts';
import type { DocumentsState } from './documents-service.ts';

/**
 * The switches of the open documents, one a document. An ended switch never goes back to being under way: the answer
 * to a request may come after the event that told its end.
 */
export type SwitchesConfig = { api: StudioClient; log: LogService; store: StoreApi<DocumentsState> };

/** The part of the documents service that moves documents. */
export function createSwitches({ api, log, store }: SwitchesConfig) {
  /** The switch of each document that the person put away last: a late answer must not bring it back. */
  const putAway = new Map<string, string>();

  const put = (next: Switch): Switch => {
    const known = store.getState().switches[next.documentId];
    if (putAway.get(next.documentId) === next.id) return next;
    if (known && (isNewer(known, next) || isFurther(known, next))) return known;
    store.setState(({ switches }) => ({ switches: { ...switches, [next.documentId]: next } }));
    return next;
  };

  const drop = (documentId: string) => {
    const known = store.getState().switches[documentId];
    if (!known) return;
    putAway.set(documentId, known.id);
    store.setState(({ switches }) => ({
      switches: Object.fromEntries(Object.entries(switches).filter(([id]) => id !== documentId)),
    }));
  };

  const readOne = async ({ id, documentId }: Pick<Switch, 'id' | 'documentId'>) => {
    try {
      put(await api.call('getSwitch', { params: { id } }));
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 404) drop(documentId);
      else log.warn('A switch was not read again', { id, error: String(error) });
    }
  };

  return {
    async create(request: CreateSwitch): Promise<Switch> {
      return put(await api.call('createSwitch', { body: request }));
    },
    async cancel(id: string): Promise<void> {
      const known = Object.values(store.getState().switches).find((one) => one.id === id);
      const answer = await api.call('deleteSwitch', { params: { id } });
      if (answer) put(answer);
      // It had ended before: its end may be in an event that did not come yet.
      else if (known && !hasEnded(known)) await readOne(known);
    },
    putAway: drop,
    /** This page may have been opened in the middle of a switch, which no event tells it of then. */
    follow({ id: documentId, binding: { switchId } }: StudioDocument): void {
      if (switchId === undefined || store.getState().switches[documentId]?.id === switchId) return;
      // It goes on: what was put away was the notebook, not the end of this switch.
      if (putAway.get(documentId) === switchId) putAway.delete(documentId);
      void readOne({ id: switchId, documentId });
    },
    hear(told: Switch): void {
      if (store.getState().byId[told.documentId]) put(told);
    },
    /** After a gap in the events: those under way may have ended. */
    readAgain(): void {
      for (const one of Object.values(store.getState().switches)) if (!hasEnded(one)) void readOne(one);
    },
  };
}

/** Whether a switch has come to its end, whatever that was. */
function hasEnded({ state }: Switch): boolean {
  return state !== 'starting';
}

/** After its end a switch is told again when something becomes of the old kernel; it never starts again. */
function isFurther(known: Switch, next: Switch): boolean {
  return known.id === next.id && hasEnded(known) && !hasEnded(next);
}

function isNewer(known: Switch, next: Switch): boolean {
  return known.id !== next.id && known.createdAt > next.createdAt;
}
