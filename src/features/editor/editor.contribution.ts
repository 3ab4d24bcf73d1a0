import type { StudioContribution } from '@/services/services.ts';

/** Text files in Monaco: whatever no other feature wants to open. */
export const editorContribution: StudioContribution = {
  id: 'editor',
  openers: [{ kind: 'editor', icon: 'file-text', matches: () => 1, load: () => import('./EditorView.tsx') }],
};
