import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement } from '@/platform/contributions/contribution.ts';
import { enclosingLevel } from '../document/headings.ts';
import { cellsOf } from '../document/notebook-model.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { define, hasNotebook } from './define.ts';

const isEditing = (facts: ContextFacts): Enablement => {
  const can = hasNotebook(facts);
  return can !== true || facts.notebook?.isEditing ? can : { reason: 'Put the cursor into a cell first' };
};
const isMarkdown = (facts: ContextFacts): Enablement => {
  const can = hasNotebook(facts);
  return can !== true || facts.notebook?.isMarkdown ? can : { reason: 'Select a Markdown cell first' };
};

const heading = (id: Parameters<typeof define>[0], level: number) =>
  define(id, {
    title: `Change to heading ${level}`,
    group: 'Edit',
    enabled: isMarkdown,
    run: ({ cells }) => cells.makeHeading(level),
  });

const levelHere = ({ store }: NotebookSession) => enclosingLevel(store.getState());

/** The structure of cells: splitting, joining, hiding parts, headings. */
export const cellCommands = [
  define('notebook.splitCell', {
    title: 'Split cell at cursor',
    group: 'Edit',
    enabled: isEditing,
    run: ({ cells }) => cells.split(),
  }),
  define('notebook.mergeCells', {
    title: 'Merge selected cells, or with the one below',
    group: 'Edit',
    run: ({ cells }) => cells.merge('below'),
  }),
  define('notebook.mergeAbove', {
    title: 'Merge with cell above',
    group: 'Edit',
    run: ({ cells }) => cells.merge('above'),
  }),
  define('notebook.mergeBelow', {
    title: 'Merge with cell below',
    group: 'Edit',
    hidden: true,
    run: ({ cells }) => cells.merge('below'),
  }),
  heading('notebook.changeToHeading1', 1),
  heading('notebook.changeToHeading2', 2),
  heading('notebook.changeToHeading3', 3),
  heading('notebook.changeToHeading4', 4),
  heading('notebook.changeToHeading5', 5),
  heading('notebook.changeToHeading6', 6),
  define('notebook.insertHeadingAbove', {
    title: 'Insert heading above',
    group: 'Edit',
    run: (session) => session.cells.insertHeading('above', levelHere(session)),
  }),
  define('notebook.insertHeadingBelow', {
    title: 'Insert heading below',
    group: 'Edit',
    run: (session) => session.cells.insertHeading('below', levelHere(session)),
  }),
  define('notebook.collapseHeading', {
    title: 'Collapse heading, or go to the heading above',
    group: 'View',
    run: ({ sections }) => sections.foldOrGoUp(),
  }),
  define('notebook.expandHeading', {
    title: 'Expand heading, or go to the heading below',
    group: 'View',
    run: ({ sections }) => sections.unfoldOrGoDown(),
  }),
  define('notebook.collapseAllHeadings', {
    title: 'Collapse all headings',
    group: 'View',
    run: ({ sections }) => sections.foldAll(true),
  }),
  define('notebook.expandAllHeadings', {
    title: 'Expand all headings',
    group: 'View',
    run: ({ sections }) => sections.foldAll(false),
  }),
  define('notebook.toggleSource', {
    title: 'Collapse or show input of selected cells',
    group: 'View',
    run: ({ cells }) => cells.toggle('source'),
  }),
  define('notebook.toggleOutputs', {
    title: 'Collapse or show outputs of selected cells',
    group: 'View',
    run: ({ cells }) => cells.toggle('outputs'),
  }),
  define('notebook.hideAllSources', {
    title: 'Collapse all inputs',
    group: 'View',
    run: ({ cells, store }) => cells.setHidden('source', true, codeOf(store.getState())),
  }),
  define('notebook.showAllSources', {
    title: 'Show all inputs',
    group: 'View',
    run: ({ cells, store }) => cells.setHidden('source', false, cellsOf(store.getState())),
  }),
  define('notebook.hideAllOutputs', {
    title: 'Collapse all outputs',
    group: 'View',
    run: ({ cells, store }) => cells.setHidden('outputs', true, codeOf(store.getState())),
  }),
  define('notebook.showAllOutputs', {
    title: 'Show all outputs',
    group: 'View',
    run: ({ cells, store }) => cells.setHidden('outputs', false, codeOf(store.getState())),
  }),
];

const codeOf = (state: Parameters<typeof cellsOf>[0]) =>
  cellsOf(state).filter((cell) => cell.type === 'code');
