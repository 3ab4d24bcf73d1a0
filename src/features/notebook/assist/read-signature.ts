import { terminalText } from '../outputs/ansi.ts';

/** How something is called, as IPython tells it. */
export type Signature = {
  label: string;
  parameters: { name: string; place: readonly [start: number, end: number] }[];
  documentation: string;
};

/** Text without the colours of a terminal. */
export function withoutColors(text: string): string {
  return terminalText(text).replaceAll(/\u001b\[[\d;:]*m/g, '');
}

/** Reads what a kernel says of a name: "Signature: f(a, b=1)", "Docstring: …". Null where it names no signature. */
export function readSignature(inspection: string): Signature | null {
  const text = withoutColors(inspection);
  const head = /^(?:Init signature|Signature|Call signature):[ \t]*\n?/m.exec(text);
  if (!head) return null;
  const from = text.slice(head.index + head[0].length);
  const open = from.indexOf('(');
  const inner = open < 0 ? null : readArguments(from, open);
  if (!inner) return null;
  const lineEnd = from.indexOf('\n', inner.close);
  // A long signature stands over several lines; the popup has one.
  const whole = lineEnd < 0 ? from : from.slice(0, lineEnd);
  const parts = inner.parts.map(([start, end]) => tidy(whole.slice(start, end))).filter((one) => one !== '');
  const before = `${whole.slice(0, open).trim()}(`;
  const parameters: Signature['parameters'] = [];
  let label = before;
  for (const [index, part] of parts.entries()) {
    if (index > 0) label += ', ';
    parameters.push({ name: nameOf(part), place: [label.length, label.length + part.length] });
    label += part;
  }
  label += tidy(whole.slice(inner.close));
  return { label, parameters, documentation: documentationOf(text) };
}

/** Which parameter an argument is for: by its name, else by its place; the last place may take all that follow. */
export function parameterFor(
  { parameters }: Signature,
  { argument, keyword }: { argument: number; keyword: string | null },
): number {
  const byName = parameters.findIndex(({ name }) => name === keyword);
  if (byName >= 0) return byName;
  if (keyword !== null) return parameters.findIndex(({ name }) => name.startsWith('**'));
  // The marks `/` and `*` are no parameters.
  const places = parameters.flatMap(({ name }, index) => (name === '/' ? [] : [{ name, index }]));
  const rest = places.findIndex(({ name }) => name.startsWith('*'));
  const taking = rest >= 0 && argument >= rest ? places[rest] : places[argument];
  return taking && taking.name !== '*' && !taking.name.startsWith('**') ? taking.index : -1;
}

type Arguments = { close: number; parts: [start: number, end: number][] };

function readArguments(text: string, open: number): Arguments | null {
  const parts: [number, number][] = [];
  let depth = 0;
  let start = open + 1;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) {
      depth -= 1;
      if (depth > 0) continue;
      parts.push([start, at]);
      return { close: at, parts };
    } else if (char === ',' && depth === 1) {
      parts.push([start, at]);
      start = at + 1;
    }
  }
  return null;
}

function tidy(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function nameOf(part: string): string {
  return /^(?:\*{1,2}\w+|\w+|\*|\/)/.exec(part)?.[0] ?? part;
}

/** The first paragraphs of the docstring: all of it is one key away. */
function documentationOf(text: string): string {
  const found =
    /^Docstring:[ \t]*\n?([\s\S]*?)(?=^(?:File|Type|Init docstring|Class docstring|Subclasses):|(?![\s\S]))/m.exec(
      text,
    );
  const lines = (found?.[1] ?? '').trim().split('\n');
  return lines.length > 12 ? `${lines.slice(0, 12).join('\n')}\n…` : lines.join('\n');
}
