/** Which form of an output needs a frame, and which frame. */
import type { Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { chooseMime, isScriptMime } from '@atelier-ide/core/outputs/choose-mime.ts';
import { fillsWindow, isWholeDocument, runsScript } from '@atelier-ide/core/outputs/html-kinds.ts';
import { asText } from '../outputs/choose-output.ts';

const BOKEH = /^application\/vnd\.bokehjs_(?:load|exec)\./;
const JAVASCRIPT = /^(?:application|text)\/javascript$/;

const isRich = (output: Output): output is RichOutput => 'data' in output;

const htmlOf = ({ data }: RichOutput): string | null =>
  data['text/html'] === undefined ? null : asText(data['text/html'], 'text/html');

/** Why forms are passed over, by type. */
export type Failures = Readonly<Record<string, string>>;

/**
 * The richest form of an output if that needs script: what a frame would show. HTML without script is none, unless it
 * is a whole document, or a script beside it in the same cell may look for it (`isBeside`).
 */
export function scriptForm(output: RichOutput, failures: Failures, isBeside: boolean): string | null {
  const supported = (mime: string) => failures[mime] === undefined;
  const { mime } = chooseMime(output.data, { supported, allowScript: true });
  if (mime === undefined) return null;
  if (isScriptMime(mime)) return mime;
  const html = mime === 'text/html' ? htmlOf(output) : null;
  return html !== null && (isBeside || isWholeDocument(html) || runsScript(html)) ? mime : null;
}

/** Outputs of a cell before and beside a script that may look for them. */
export function standBeside(outputs: readonly Output[]): boolean {
  return outputs.some(
    (output) =>
      isRich(output) &&
      Object.keys(output.data).some(
        (mime) => JAVASCRIPT.test(mime) || mime.startsWith('application/vnd.bokehjs_exec'),
      ),
  );
}

/** What Jupyter itself, or the content, says: it wants a document of its own. */
export function wantsOwnFrame(output: RichOutput, mime: string): boolean {
  const { isolated } = output.metadata;
  const own = output.metadata[mime];
  if (
    isolated === true ||
    (typeof own === 'object' && own !== null && 'isolated' in own && own['isolated'] === true)
  )
    return true;
  const html = mime === 'text/html' ? htmlOf(output) : null;
  return html !== null && (isWholeDocument(html) || fillsWindow(html));
}

/** Of Bokeh's types the script stands beside. */
export function payloadOf({ data }: RichOutput, mime: string): unknown {
  if (!BOKEH.test(mime)) return data[mime];
  const own = data[mime];
  return typeof own === 'string' && own !== '' ? own : data['application/javascript'];
}

/** It brings a library that later outputs count on. */
export function bringsLibrary({ data }: RichOutput): boolean {
  if (Object.keys(data).some((mime) => mime.startsWith('application/vnd.bokehjs_load'))) return true;
  const html = data['text/html'];
  return typeof html === 'string' && html.length > 200_000 && runsScript(html.slice(0, 100_000));
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/plotly/, 'Plotly chart'],
  [/vega/, 'Vega chart'],
  [/bokeh/, 'Bokeh chart'],
  [/widget/, 'Widget'],
];

/** What it is, for those who do not see it. */
export function kindOf(mime: string): string {
  return KINDS.find(([pattern]) => pattern.test(mime))?.[1] ?? 'Interactive output';
}
