/**
 * What a terminal sends by itself when a program asks: device attributes, status and cursor position (CSI … c, n, R),
 * mode reports (CSI … $y), window reports (CSI … t), colours and titles (OSC …), strings (DCS …). A query that is replayed with the
 * scrollback must not be answered again: the answer would be typed into the shell.
 */
const reports = /^(?:\u001b\[[?>=]?[\d;]*(?:[cnRt]|\$y)|\u001b[\]P][^\u0007\u001b]*(?:\u0007|\u001b\\))+$/;

/** True when `data` is such an answer and not what a person typed. */
export function isReport(data: string): boolean {
  return reports.test(data);
}
