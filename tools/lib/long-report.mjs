// The report of long runs. They take hours on a small machine, so they may be made in parts: each suite (or some files of
// one) and each fault says of which commit it is.

const keyOf = ({ suite, files = [] }) => [suite, ...files].join(' ');
const faultOf = ({ row, fault }) => `${row} ${fault}`;

/**
 * The report with one more run in it; what was run again is replaced.
 *
 * `run`: { commit, date, seed, files, suites: [{ suite, passed, failed, seconds }], faults: rows as fault tests tell them };
 * `files` are those that the run was confined to, [] = all of its suites.
 */
export function withRun(report, { suites, faults, files, ...when }) {
  const told = suites.map((one) => ({ ...one, ...(files.length > 0 ? { files } : {}), ...when }));
  const isOutdated = (old) =>
    told.some((one) => keyOf(one) === keyOf(old) || (one.suite === old.suite && !one.files));
  const rows = faults.map((one) => ({ ...one, commit: when.commit }));
  const known = new Set(rows.map(faultOf));
  return {
    suites: [...(report?.suites ?? []).filter((old) => !isOutdated(old)), ...told],
    faults: [...(report?.faults ?? []).filter((old) => !known.has(faultOf(old))), ...rows].toSorted((a, b) =>
      faultOf(a).localeCompare(faultOf(b), 'en', { numeric: true }),
    ),
  };
}
