import type * as monaco from 'monaco-editor/editor';

/** Monaco colours JSON only through a language service of 450 kB; this grammar is all that is needed. */
export const jsonGrammar: monaco.languages.IMonarchLanguage = {
  tokenizer: {
    root: [
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'string.key.json'],
      [/"(?:[^"\\]|\\.)*"/, 'string.json'],
      [/"(?:[^"\\]|\\.)*$/, 'string.invalid.json'],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number.json'],
      [/\b(?:true|false|null)\b/, 'keyword.json'],
      [/\/\/.*$/, 'comment.json'],
      [/\/\*/, 'comment.json', '@comment'],
      [/[{}[\],:]/, 'delimiter.json'],
    ],
    comment: [
      [/\*\//, 'comment.json', '@pop'],
      [/[^*]+|\*/, 'comment.json'],
    ],
  },
};
