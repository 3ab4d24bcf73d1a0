/**
 * What a paste into a terminal would do. Several lines run several commands, so a person is asked first; escape
 * sequences could end the shell's bracketed paste early and run what follows, so they are taken out.
 */
export type Paste = { text: string; lines: number };

/** Control characters other than tab, newline and carriage return have no place in pasted text. */
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Cleans pasted text and counts its lines; a newline at the very end counts as running one line. */
export function readPaste(raw: string): Paste {
  const text = raw.replace(/\r\n?/g, '\n').replace(control, '');
  const lines = text.replace(/\n$/, '').split('\n').length;
  return { text, lines };
}
