/** A value of an output as text; lines may come as a list. */
export function asText(data: unknown): string {
  if (typeof data === 'string') return data;
  if (Array.isArray(data)) return data.map((line) => String(line)).join('');
  return JSON.stringify(data) ?? '';
}
