import type { ContextFacts, ContextService } from './context-service.ts';
import { createContextStore } from './context-store.ts';

/** Makes the context service, with nothing open. */
export function createContextService(): ContextService {
  const store = createContextStore();
  return {
    store,
    set(facts) {
      const state = store.getState();
      const isNew = (Object.keys(facts) as (keyof ContextFacts)[]).some(
        (key) => !Object.is(state[key], facts[key]),
      );
      if (isNew) store.setState(facts);
    },
  };
}
