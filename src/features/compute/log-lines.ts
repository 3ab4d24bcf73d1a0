export type LogLine = { number: number; text: string; isFailure: boolean };

/** Lines that tell of a failure by themselves: pip's and Python's, a traceback's last line, a log's level. */
const failure = /^(?:ERROR\b|error:|fatal:|\[[EC]\b|Traceback |[A-Z]\w*(?:Error|Exception)\b)/;

// oxlint-disable-next-line no-control-regex -- colours of a terminal are control characters
const colors = /\u001B\[[\d;?]*[A-Za-z]/g;

/** The text of a log as lines: without colours, progress that overwrites its line as its last state, no empty end. */
export function linesOf(text: string): LogLine[] {
  const lines = text.replace(colors, '').split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  return lines.map((line, index) => {
    const last = line.split('\r').findLast((part) => part !== '') ?? '';
    return { number: index + 1, text: last, isFailure: failure.test(last.trimStart()) };
  });
}
