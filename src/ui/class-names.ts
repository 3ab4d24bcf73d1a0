/** Joins the class names that hold: `classNames(styles['row'], isOpen && styles['open'])`. */
export function classNames(...parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
