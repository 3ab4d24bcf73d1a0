/** What is looked for, and the expression made of it. */

export type FindOptions = { isCase: boolean; isWord: boolean; isRegex: boolean };
export type FindQuery = FindOptions & { text: string };

/** `expression` is global; `problem` is a sentence. Null where there is nothing to look for. */
export type CompiledQuery = { ok: true; expression: RegExp } | { ok: false; problem: string } | null;

/** More hits than this help nobody; the search ends there and says so. */
export const MAX_HITS = 20_000;

const WORD = String.raw`[\p{L}\p{M}\p{N}_]`;

export function compileQuery({ text, isCase, isWord, isRegex }: FindQuery): CompiledQuery {
  if (text === '') return null;
  const core = isRegex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const whole = (word: string) => (isWord ? `(?<!${word})(?:${core})(?!${word})` : core);
  const flags = isCase ? 'gm' : 'gim';
  try {
    // On its own first: what stands around it must not make a broken pattern whole.
    if (isRegex) new RegExp(core, flags);
    try {
      return { ok: true, expression: new RegExp(whole(WORD), `${flags}u`) };
    } catch {
      // Patterns with escapes that Unicode mode refuses (`\-`, `\_`) are common and mean what they say.
      return { ok: true, expression: new RegExp(whole(String.raw`\w`), flags) };
    }
  } catch (error) {
    return { ok: false, problem: `The pattern is not valid: ${reasonOf(error)}. Nothing was searched.` };
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.slice(message.lastIndexOf(': ') + 2).trim();
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** The text that stands instead of one match: `$1`, `$<name>`, `$&` and `$$` count in patterns only. */
export function expandReplacement(template: string, match: RegExpExecArray): string {
  return template.replaceAll(/\$(?:\$|&|<([^>]*)>|(\d{1,2}))/g, (whole, name?: string, digits?: string) => {
    if (whole === '$$') return '$';
    if (whole === '$&') return match[0];
    if (name !== undefined) return match.groups ? (match.groups[name] ?? '') : whole;
    return groupText(match, digits ?? '') ?? whole;
  });
}

/** `$12` is group 12 where there is one, else group 1 and a 2. */
function groupText(match: RegExpExecArray, digits: string): string | null {
  const isGroup = (n: number) => n >= 1 && n < match.length;
  if (isGroup(Number(digits))) return match[Number(digits)] ?? '';
  const first = Number(digits.charAt(0));
  return digits.length === 2 && isGroup(first) ? (match[first] ?? '') + digits.charAt(1) : null;
}
