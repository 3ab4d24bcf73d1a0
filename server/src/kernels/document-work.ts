/**
 * What documents run on which kernel. A document leaves a kernel only when nothing that it ran there can be lost: what
 * is queued or runs is over, and a browser has said that the outputs are in the file. Where none says so within the
 * grace (no page is open, the cell was deleted), nobody waits for it.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { createEmitter } from './emitter.ts';

export type DocumentWork = {
  /** An execution is new or has changed. */
  note(execution: Execution): void;
  /** Whether something that the document ran on this kernel goes on, or may still be on its way into the file. */
  isBusy(documentId: string, kernelId: string): boolean;
  /** Some work has come to its end. */
  onDidSettle(listener: () => void): () => void;
};

/** Pages save two seconds after the last output. */
const saveGraceMs = 5000;

type Place = { open: Set<string>; unsaved: Map<string, NodeJS.Timeout> };

export function createDocumentWork(graceMs = saveGraceMs): DocumentWork {
  const places = new Map<string, Place>();
  const settled = createEmitter<[]>();
  const keyOf = (documentId: string, kernelId: string): string => `${documentId}/${kernelId}`;

  function settle(key: string, place: Place): void {
    if (place.open.size === 0 && place.unsaved.size === 0) places.delete(key);
    settled.fire();
  }

  function awaitSave(key: string, place: Place, id: string): void {
    const giveUp = (): void => {
      if (place.unsaved.delete(id)) settle(key, place);
    };
    place.unsaved.set(id, setTimeout(giveUp, graceMs).unref());
  }

  function noteOpen(key: string, id: string): void {
    const place = places.get(key) ?? { open: new Set(), unsaved: new Map() };
    places.set(key, place);
    place.open.add(id);
  }

  return {
    note({ id, documentId, kernelId, state, recorded, journal, sourceHash }) {
      // Without a kernel it waits for the document's next one.
      if (documentId === null || kernelId === '') return;
      const key = keyOf(documentId, kernelId);
      if (!isFinished(state)) return noteOpen(key, id);
      const place = places.get(key);
      if (!place) return;
      const hasEnded = place.open.delete(id);
      // What was never sent has no outputs; what a console ran has no cell of a file (docs/adr/0008-consoles.md).
      if (hasEnded && !recorded && journal && sourceHash !== '') awaitSave(key, place, id);
      const wait = recorded ? place.unsaved.get(id) : undefined;
      clearTimeout(wait);
      if (wait) place.unsaved.delete(id);
      if (hasEnded || wait) settle(key, place);
    },

    isBusy: (documentId, kernelId) => places.has(keyOf(documentId, kernelId)),

    onDidSettle: settled.on,
  };
}
