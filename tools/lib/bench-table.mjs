// The table of `npm run bench`: medians, their spread, and the ratio to the peer.

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const figure = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

function cell(values, unit) {
  if (values.length === 0) return '–';
  const low = figure(Math.min(...values));
  const high = figure(Math.max(...values));
  return `${figure(median(values))} ${unit} (${low}–${high})`;
}

/** Markdown: one line a row; the ratio is ours over the peer's, of medians. */
export function tableOf({ date, commit, cores, processor, memoryGiB, loadAtStart, rows }) {
  const lines = rows.map(({ what, unit, ours, peer, bar }) => {
    const ratio = peer.length > 0 && median(peer) > 0 ? `${(median(ours) / median(peer)).toFixed(2)}` : '–';
    return `| ${what} | ${cell(ours, unit)} | ${cell(peer, unit)} | ${ratio} | ${bar} |`;
  });
  return [
    `Measured ${date.slice(0, 10)} at ${commit}: ${cores} cores (${processor}), ${memoryGiB} GiB, load ${loadAtStart} at the start.`,
    'Medians with the lowest and highest reading; both products in turn, in one run, in real Chromium.',
    '',
    '| what | Atelier | JupyterLab | ratio | bar |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
