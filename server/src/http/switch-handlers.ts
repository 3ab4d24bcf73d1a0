import type { ApiHandlers } from './api-call.ts';
import { fail } from './problem-response.ts';

type SwitchHandlers = Pick<ApiHandlers, 'createSwitch' | 'getSwitch' | 'deleteSwitch'>;

/** Moves of documents between environments. */
export function switchHandlers(): SwitchHandlers {
  const refuse = (): never => {
    throw fail('not-offered', 'This backend does not offer switch.', { feature: 'switch' });
  };
  return { createSwitch: refuse, getSwitch: refuse, deleteSwitch: refuse };
}
