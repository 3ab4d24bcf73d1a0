/** Title and detail of what is said when a document was closed whose edits only this browser has. */
export const closedUnsaved = (name: string): [title: string, detail: string] => [
  `${name} was closed with edits that are not saved`,
  'They are kept in this browser and are back when you open it here again.',
];
