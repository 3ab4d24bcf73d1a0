/** Generated notebooks and the manners in which programs write them, for property tests. */
import fc from 'fast-check';

export interface Variant {
  readonly name: string;
  /** null: on one line. */
  readonly unit: string | null;
  readonly eol?: string;
  readonly comma?: string;
  readonly inlineComma?: string;
  readonly colon?: string;
  readonly ascii?: 'lower' | 'upper';
  readonly bom?: boolean;
  readonly finalNewline?: boolean;
  readonly joinSource?: boolean;
  readonly order?: 'sorted' | 'colab';
}

export const variants: readonly Variant[] = [
  { name: 'nbformat.write', unit: ' ', finalNewline: true },
  { name: 'no newline at the end', unit: ' ' },
  { name: 'indent 2', unit: '  ', finalNewline: true },
  { name: 'indent 4', unit: '    ', finalNewline: true },
  { name: 'tabs', unit: '\t', finalNewline: true },
  { name: 'indent 0', unit: '', finalNewline: true },
  { name: 'minified', unit: null, colon: ':', inlineComma: ',' },
  { name: 'one line with spaces', unit: null },
  { name: 'ensure_ascii', unit: ' ', ascii: 'lower', finalNewline: true },
  { name: 'upper-case escapes', unit: ' ', ascii: 'upper' },
  { name: 'CRLF', unit: ' ', eol: '\r\n', finalNewline: true },
  { name: 'byte order mark', unit: '  ', bom: true, finalNewline: true },
  { name: 'source as one string', unit: ' ', joinSource: true, finalNewline: true },
  { name: 'unsorted keys', unit: '  ', order: 'colab' },
  { name: 'Python 2 commas', unit: ' ', comma: ', ', finalNewline: true },
  { name: 'space before the colon', unit: '  ', colon: ' : ', finalNewline: true },
];

const COLAB_ORDER = [
  'nbformat',
  'nbformat_minor',
  'metadata',
  'cells',
  'cell_type',
  'source',
  'id',
  'execution_count',
];

function place(key: string): number {
  const at = COLAB_ORDER.indexOf(key);
  return at < 0 ? COLAB_ORDER.length : at;
}

/** Write a value in a variant; on purpose not the program's own formatter. */
export function render(value: unknown, variant: Variant): string {
  const body = renderAt(value, variant, variant.eol ?? '\n');
  return (
    (variant.bom === true ? '\uFEFF' : '') +
    body +
    (variant.finalNewline === true ? (variant.eol ?? '\n') : '')
  );
}

function renderAt(value: unknown, variant: Variant, lineBreak: string): string {
  if (typeof value === 'string') return renderString(value, variant);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = lineBreak + (variant.unit ?? '');
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => renderAt(item, variant, inner))
    : entriesOf(value, variant).map(
        ([key, item]) =>
          renderString(key, variant) + (variant.colon ?? ': ') + renderAt(item, variant, inner),
      );
  if (parts.length === 0) return `${String(open)}${String(close)}`;
  if (variant.unit === null)
    return `${String(open)}${parts.join(variant.inlineComma ?? ', ')}${String(close)}`;
  return `${String(open)}${inner}${parts.join((variant.comma ?? ',') + inner)}${lineBreak}${String(close)}`;
}

function entriesOf(value: object, variant: Variant): [string, unknown][] {
  const entries = Object.entries(value) as [string, unknown][];
  const codePoints = (key: string) =>
    Array.from(key, (one) => one.codePointAt(0)?.toString(16).padStart(6, '0')).join('');
  const byName = entries.toSorted(([a], [b]) => (codePoints(a) < codePoints(b) ? -1 : 1));
  return variant.order === 'colab' ? byName.toSorted(([a], [b]) => place(a) - place(b)) : byName;
}

function renderString(value: string, variant: Variant): string {
  const text = JSON.stringify(value);
  if (variant.ascii === undefined) return text;
  return text.replaceAll(/[^ -~]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${variant.ascii === 'upper' ? hex.toUpperCase() : hex}`;
  });
}

/** A cell as tests think of it: source and text as one string. */
export interface SampleCell {
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly id?: string;
  readonly source: string;
  readonly metadata: Record<string, unknown>;
  readonly attachments?: Record<string, unknown>;
  readonly execution_count?: number | null;
  readonly outputs?: readonly Record<string, unknown>[];
}

export interface SampleNotebook {
  readonly cells: readonly SampleCell[];
  readonly metadata: Record<string, unknown>;
  readonly nbformat: 4;
  readonly nbformat_minor: number;
}

const SPLIT_KEYS = new Set(['source', 'text', 'text/plain', 'text/html', 'image/svg+xml']);

/** Lines for the sources and texts, where the variant has lists. Samples contain \n as their only line end. */
export function toDisk(notebook: SampleNotebook, variant: Variant): unknown {
  const split = (key: string, value: unknown): unknown => {
    if (typeof value === 'string' && SPLIT_KEYS.has(key)) return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    if (key === 'metadata' || key.endsWith('json') || typeof value !== 'object' || value === null)
      return value;
    if (Array.isArray(value)) return value.map((item) => split('', item));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, split(name, item)]));
  };
  return variant.joinSource === true ? notebook : split('', notebook);
}

/** The text of the file. */
export function renderNotebook(notebook: SampleNotebook, variant: Variant): string {
  return render(toDisk(notebook, variant), variant);
}

const TOKENS = [
  'x',
  ' = 1',
  '\n',
  '\n',
  'é',
  '日本',
  '😀',
  '"',
  '\\',
  '\t',
  '\u001b[31m',
  '\\u00e9',
  '{[',
  ']}',
  ',',
  '/*',
  '\u007f',
  ' ',
];

export const sourceText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...TOKENS), { maxLength: 12 })
  .map((tokens) => tokens.join(''));

/** What JSON can say: it has no -0. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const metadata = fc
  .dictionary(
    fc.constantFrom('tags', 'collapsed', 'name', 'vscode', '__proto__', 'é', 'z', 'constructor'),
    json,
    { maxKeys: 3 },
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

const output: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({
    output_type: fc.constant('stream'),
    name: fc.constantFrom('stdout', 'stderr'),
    text: sourceText,
  }),
  fc.record({
    output_type: fc.constant('display_data'),
    metadata,
    data: fc.record({ 'text/plain': sourceText, 'application/json': json }),
  }),
  fc.record({
    output_type: fc.constant('execute_result'),
    execution_count: fc.nat(99),
    metadata,
    data: fc.record({ 'text/html': sourceText, 'image/png': fc.constant('iVBORw0KGgo=\n') }),
  }),
  fc.record({
    output_type: fc.constant('error'),
    ename: fc.constant('ValueError'),
    evalue: sourceText,
    traceback: fc.array(sourceText, { maxLength: 3 }),
  }),
);

const codeCell = fc.record({
  cell_type: fc.constant('code' as const),
  source: sourceText,
  metadata,
  execution_count: fc.option(fc.nat(999)),
  outputs: fc.array(output, { maxLength: 3 }),
});

const markdownCell = fc.record({ cell_type: fc.constant('markdown' as const), source: sourceText, metadata });
const rawCell = fc.record({ cell_type: fc.constant('raw' as const), source: sourceText, metadata });

function withIds(cells: readonly SampleCell[], hasIds: boolean): SampleCell[] {
  return cells.map((cell, index) => (hasIds ? { ...cell, id: `cell-${String(index)}` } : cell));
}

/** Notebooks of any content; with ids they are 4.5, without 4.4. */
export const sampleNotebook: fc.Arbitrary<SampleNotebook> = fc
  .record({
    cells: fc.array(fc.oneof(codeCell, markdownCell, rawCell), { maxLength: 6 }),
    metadata,
    hasIds: fc.boolean(),
  })
  .map(({ cells, metadata: own, hasIds }) => ({
    cells: withIds(cells, hasIds),
    metadata: own,
    nbformat: 4,
    nbformat_minor: hasIds ? 5 : 4,
  }));

export const variant: fc.Arbitrary<Variant> = fc.constantFrom(...variants);
