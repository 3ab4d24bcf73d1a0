import { apiBase } from '@atelier-ide/contract';
import type { DocumentService } from '../documents/document-service.ts';
import type { ApiHandlers } from './api-call.ts';

type SwitchHandlers = Pick<ApiHandlers, 'createSwitch' | 'getSwitch' | 'deleteSwitch'>;

/** Moves of documents between environments. */
export function switchHandlers({ documents }: { documents: DocumentService }): SwitchHandlers {
  return {
    createSwitch: async ({ principal, body }) => {
      const made = await documents.createSwitch(principal.user, body);
      return { status: 202, body: made, headers: { Location: `${apiBase}/switches/${made.id}` } };
    },
    getSwitch: ({ principal, params }) => ({
      status: 200,
      body: documents.getSwitch(principal.user, params.id),
    }),
    deleteSwitch: ({ principal, params }) => {
      const cancelled = documents.cancelSwitch(principal.user, params.id);
      return cancelled ? { status: 202, body: cancelled } : { status: 204 };
    },
  };
}
