/** The id of a heading from its text, as notebooks link to it: spaces become hyphens. */
export function headingSlug(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/[*_`~]|!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .replaceAll(/\s+/g, '-');
}

/** Links and headings meet here, whatever manner of slug the author had in mind. */
export function comparableSlug(slug: string): string {
  return slug
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
}
