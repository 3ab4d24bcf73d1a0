/** Why an image could not be made: one sentence or two that say what to do. */
export class MakingError extends Error {
  override readonly name = 'MakingError';
}

type Ending = { code: number | null; signal: string | null };

const again = 'then try again.';

const causes: readonly { pattern: RegExp; words: (place: string) => string }[] = [
  {
    pattern: /no space left on device|os error 28|ENOSPC|disk quota exceeded|os error 122/i,
    words: (place) => `The disk of ${place} is full. Free some space, ${again}`,
  },
  {
    pattern: /hash mismatch|DO NOT MATCH THE HASHES|hashes? (?:are|is) required/i,
    words: () =>
      `A package that was downloaded is not the one that is expected. Check the package index settings, ${again}`,
  },
  {
    pattern:
      /failed to fetch|could not connect|connection (?:refused|reset|error)|ConnectionError|timed? ?out|dns error|name resolution|request failed|error sending request|tunnel|proxy|network is unreachable|certificate/i,
    words: () =>
      `Packages could not be downloaded. Check the network, the proxy and the package index settings, ${again}`,
  },
  {
    pattern: /not found in the package registry|no matching distribution|no solution found|unsatisfiable/i,
    words: () =>
      `The package index does not have every package that is needed. Check the package index settings, ${again}`,
  },
  {
    pattern: /permission denied|read-only file system/i,
    words: (place) => `${place} cannot be written. Make it writable, ${again}`,
  },
];

/** What became of an installer, in words: from how it ended and the last that it wrote. */
export function whyInstallFailed(tool: string, ending: Ending, output: string, place: string): MakingError {
  const { code, signal } = ending;
  if (signal !== null)
    return new MakingError(`${tool} was ended by ${signal}. Check that there is memory left, ${again}`);
  const known = causes.find(({ pattern }) => pattern.test(output));
  if (known) return new MakingError(known.words(place));
  const lines = output.split('\n').map((line) => line.trim());
  const told = lines.findLast((line) => /^(?:error|fatal)\b/i.test(line)) ?? lines.findLast(Boolean);
  const cause = told === undefined ? '' : ` (${told.slice(0, 300)})`;
  return new MakingError(`${tool} failed with exit code ${code}${cause}. Read the log, ${again}`);
}
