import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    /** Puts the code of the text file in front in order. */
    'editor.format': void;
  }
}

const hasText = ({ activeTabKind }: ContextFacts): Enablement =>
  activeTabKind === 'editor' ? true : { reason: 'Open a text file first' };

/** Text files in Monaco: whatever no other feature wants to open. */
export const editorContribution: StudioContribution = {
  id: 'editor',
  openers: [{ kind: 'editor', icon: 'file-text', matches: () => 1, load: () => import('./EditorView.tsx') }],
  commands: [
    defineStudioCommand<'editor.format'>({
      id: 'editor.format',
      title: 'Format file',
      group: 'Edit',
      icon: 'wand-sparkles',
      enabled: hasText,
      run: async (services) => {
        const { formatActiveText } = await import('./format-text.ts');
        await formatActiveText(services);
      },
    }),
  ],
  keybindings: [{ keys: 'Alt+Shift+F', command: 'editor.format', when: ['editor'] }],
  menus: [{ menu: 'Edit', section: 'c-format', command: 'editor.format', order: 2 }],
};
