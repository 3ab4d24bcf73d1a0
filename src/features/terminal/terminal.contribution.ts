import type { StudioContribution } from '@/services/services.ts';

/** System and image terminals. Tabs of kind `terminal` carry `{ appId, name }` in their state. */
export const terminalContribution: StudioContribution = {
  id: 'terminal',
  openers: [{ kind: 'terminal', icon: 'square-terminal', load: () => import('./TerminalView.tsx') }],
};
