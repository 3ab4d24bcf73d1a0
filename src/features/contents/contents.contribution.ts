import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'contents.show': void;
  }
}

/** The headings of the document in front, with what their sections do. */
export const contentsContribution: StudioContribution = {
  id: 'contents',
  views: [
    {
      id: 'contents',
      title: 'Table of contents',
      icon: 'list-tree',
      order: 4,
      isOfDocument: true,
      load: () => import('./ContentsView.tsx'),
    },
  ],
  commands: [
    defineStudioCommand<'contents.show'>({
      id: 'contents.show',
      title: 'Show table of contents',
      group: 'View',
      icon: 'list-tree',
      run: ({ commands }) => commands.run('workbench.showPanel', { id: 'contents' }),
    }),
  ],
  menus: [{ menu: 'View', section: 'b-panels', command: 'contents.show' }],
};
