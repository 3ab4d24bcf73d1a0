/** The outputs that an Output widget holds in its state: as in a notebook file, but never as lists of lines. */
import { isJsonObject, type JsonObject, type JsonValue, type Output } from '../notebook/model.ts';
import { joinBundle } from '../notebook/read-cell.ts';

const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');

function readOutput(value: JsonObject): Output | null {
  switch (value['output_type']) {
    case 'stream':
      return {
        output_type: 'stream',
        name: value['name'] === 'stderr' ? 'stderr' : 'stdout',
        text: text(value['text']),
      };
    case 'display_data':
    case 'execute_result': {
      const { output_type: type, data, metadata } = value;
      if (!isJsonObject(data)) return null;
      const rich = { data: joinBundle(data), metadata: isJsonObject(metadata) ? metadata : {} };
      const count = value['execution_count'];
      return type === 'display_data'
        ? { output_type: type, ...rich }
        : { output_type: type, ...rich, execution_count: typeof count === 'number' ? count : null };
    }
    case 'error': {
      const lines = Array.isArray(value['traceback']) ? value['traceback'] : [];
      const traceback = lines.filter((line) => typeof line === 'string');
      return { output_type: 'error', ename: text(value['ename']), evalue: text(value['evalue']), traceback };
    }
    default:
      return null;
  }
}

/** Outputs of a widget's state; what is none is left out. */
export function readWidgetOutputs(value: JsonValue | undefined): Output[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => (isJsonObject(one) ? (readOutput(one) ?? []) : []));
}

/** Outputs as a widget's state holds them. */
export function writeWidgetOutputs(outputs: readonly Output[]): JsonObject[] {
  return outputs.map((output): JsonObject => {
    switch (output.output_type) {
      case 'stream':
        return { output_type: 'stream', name: output.name, text: output.text };
      case 'error':
        return { ...output, traceback: [...output.traceback] };
      default: {
        const { output_type, data, metadata, execution_count } = output;
        return { output_type, data, metadata, ...(execution_count === undefined ? {} : { execution_count }) };
      }
    }
  });
}
