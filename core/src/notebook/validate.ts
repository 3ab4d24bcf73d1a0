/** What is wrong with a notebook file by the schema of nbformat 4.5 (and 4.0 to 4.4 where they differ). */
import { isValidFileId } from './identity.ts';
import { isJsonMime, isJsonObject, type JsonObject, type JsonValue } from './model.ts';

export interface NotebookFault {
  /** As in `cells/3/outputs/0`. */
  readonly path: string;
  readonly message: string;
}

type Report = (path: string, message: string) => void;

/** Check the parsed JSON of a file. No faults means that Python's nbformat takes it as valid. */
export function validateNotebook(notebook: JsonValue): NotebookFault[] {
  const faults: NotebookFault[] = [];
  const report: Report = (path, message) => faults.push({ path, message });
  if (!isJsonObject(notebook)) {
    report('', 'is not an object');
    return faults;
  }
  onlyKeys(notebook, ['metadata', 'nbformat', 'nbformat_minor', 'cells'], '', report);
  if (notebook['nbformat'] !== 4) report('nbformat', 'is not 4');
  const minor = notebook['nbformat_minor'];
  if (!isCount(minor)) report('nbformat_minor', 'is not a whole number');
  checkMetadata(notebook['metadata'], report);
  const cells = notebook['cells'];
  if (!Array.isArray(cells)) {
    report('cells', 'is not a list');
    return faults;
  }
  const seen = new Set<string>();
  for (const [index, cell] of cells.entries()) {
    checkCell(cell, `cells/${String(index)}`, report);
    if (isCount(minor) && minor >= 5) checkId(cell, seen, { path: `cells/${String(index)}`, report });
    else if (isJsonObject(cell) && 'id' in cell)
      report(`cells/${String(index)}`, 'has an id, which came with 4.5');
  }
  return faults;
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isText(value: JsonValue | undefined): boolean {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'))
  );
}

function onlyKeys(value: JsonObject, keys: readonly string[], path: string, report: Report): void {
  for (const key of Object.keys(value)) if (!keys.includes(key)) report(path, `has the unknown key "${key}"`);
}

function checkMetadata(metadata: JsonValue | undefined, report: Report): void {
  if (!isJsonObject(metadata)) {
    report('metadata', 'is not an object');
    return;
  }
  const { kernelspec, language_info: language } = metadata;
  if (kernelspec !== undefined) {
    const isNamed = isJsonObject(kernelspec) && typeof kernelspec['name'] === 'string';
    if (!isNamed) report('metadata/kernelspec', 'has no name');
    else if (typeof kernelspec['display_name'] !== 'string')
      report('metadata/kernelspec', 'has no display_name');
  }
  if (language !== undefined && !(isJsonObject(language) && typeof language['name'] === 'string')) {
    report('metadata/language_info', 'has no name');
  }
}

function checkId(
  cell: JsonValue,
  seen: Set<string>,
  { path, report }: { path: string; report: Report },
): void {
  if (!isJsonObject(cell)) return;
  const { id } = cell;
  if (typeof id !== 'string' || !isValidFileId(id)) report(path, 'has no valid id');
  else if (seen.has(id)) report(path, `has the id "${id}" of another cell`);
  else seen.add(id);
}

const COMMON = ['id', 'cell_type', 'metadata', 'source'];

function checkCell(cell: JsonValue, path: string, report: Report): void {
  if (!isJsonObject(cell)) {
    report(path, 'is not an object');
    return;
  }
  if (!isJsonObject(cell['metadata'])) report(`${path}/metadata`, 'is not an object');
  if (!isText(cell['source'])) report(`${path}/source`, 'is not text');
  switch (cell['cell_type']) {
    case 'code':
      onlyKeys(cell, [...COMMON, 'outputs', 'execution_count'], path, report);
      if (cell['execution_count'] !== null && !isCount(cell['execution_count'])) {
        report(`${path}/execution_count`, 'is neither null nor a whole number');
      }
      checkOutputs(cell['outputs'], `${path}/outputs`, report);
      break;
    case 'markdown':
    case 'raw':
      onlyKeys(cell, [...COMMON, 'attachments'], path, report);
      checkAttachments(cell['attachments'], `${path}/attachments`, report);
      break;
    default:
      report(`${path}/cell_type`, 'is none of code, markdown, raw');
  }
}

function checkAttachments(attachments: JsonValue | undefined, path: string, report: Report): void {
  if (attachments === undefined) return;
  if (!isJsonObject(attachments)) report(path, 'is not an object');
  else
    for (const [name, bundle] of Object.entries(attachments)) checkBundle(bundle, `${path}/${name}`, report);
}

function checkOutputs(outputs: JsonValue | undefined, path: string, report: Report): void {
  if (!Array.isArray(outputs)) {
    report(path, 'is not a list');
    return;
  }
  for (const [index, output] of outputs.entries()) {
    if (isJsonObject(output)) checkOutput(output, `${path}/${String(index)}`, report);
    else report(`${path}/${String(index)}`, 'is not an object');
  }
}

function checkOutput(output: JsonObject, path: string, report: Report): void {
  switch (output['output_type']) {
    case 'stream':
      onlyKeys(output, ['output_type', 'name', 'text'], path, report);
      if (typeof output['name'] !== 'string') report(path, 'has no name');
      if (!isText(output['text'])) report(path, 'has no text');
      break;
    case 'execute_result':
      onlyKeys(output, ['output_type', 'data', 'metadata', 'execution_count'], path, report);
      if (output['execution_count'] !== null && !isCount(output['execution_count']))
        report(path, 'has no count');
      checkRich(output, path, report);
      break;
    case 'display_data':
      onlyKeys(output, ['output_type', 'data', 'metadata'], path, report);
      checkRich(output, path, report);
      break;
    case 'error':
      onlyKeys(output, ['output_type', 'ename', 'evalue', 'traceback'], path, report);
      if (typeof output['ename'] !== 'string' || typeof output['evalue'] !== 'string')
        report(path, 'has no name');
      if (!Array.isArray(output['traceback']) || !isText(output['traceback']))
        report(path, 'has no traceback');
      break;
    default:
      report(path, 'is of no known type');
  }
}

function checkRich(output: JsonObject, path: string, report: Report): void {
  if (!isJsonObject(output['metadata'])) report(`${path}/metadata`, 'is not an object');
  checkBundle(output['data'], `${path}/data`, report);
}

function checkBundle(bundle: JsonValue | undefined, path: string, report: Report): void {
  if (!isJsonObject(bundle)) {
    report(path, 'is not an object');
    return;
  }
  for (const [mime, value] of Object.entries(bundle)) {
    if (!isJsonMime(mime) && !isText(value)) report(`${path}/${mime}`, 'is not text');
  }
}
