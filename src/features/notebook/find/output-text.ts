import type { Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { terminalText, withoutAnsi } from '../outputs/ansi.ts';
import { asText, chooseOutput } from '../outputs/choose-output.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: '\u00a0',
  '#39': "'",
};

/** What an output says, as it is shown: no colours, no markup. Pictures say nothing. */
export function outputText(output: Output): string {
  switch (output.output_type) {
    case 'stream':
      return plain(output.text);
    case 'error': {
      const traceback = plain(output.traceback.join('\n'));
      return traceback === '' ? plain(`${output.ename}: ${output.evalue}`) : traceback;
    }
    default:
      return richText(output);
  }
}

const plain = (text: string) => withoutAnsi(terminalText(text));

function richText(output: RichOutput): string {
  const { mime } = chooseOutput(output);
  if (mime === undefined) return '';
  const text = asText(output.data[mime] ?? '', mime);
  switch (mime) {
    case 'text/plain':
      return plain(text);
    case 'text/html':
      return htmlText(text);
    case 'text/markdown':
    case 'text/latex':
    case 'application/json':
      return text;
    default:
      return '';
  }
}

/** The words of HTML; only to be searched, never to be shown. */
function htmlText(html: string): string {
  return html
    .replaceAll(/<(style|script)\b[^>]*>[^]*?<\/\1\s*>/gi, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|nbsp|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
