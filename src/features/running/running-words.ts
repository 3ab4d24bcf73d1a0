import type { KernelState } from '@atelier-ide/contract';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** `2.1 GiB`, below 100 MiB `12 MiB`. */
export function memoryText(bytes: number): string {
  return bytes < 100 * MIB ? `${Math.round(bytes / MIB)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}

/** `2.9 / 4 GiB`; without a limit what is used alone. */
export function memoryOfLimit(bytes: number, limit: number | null): string {
  if (limit === null) return memoryText(bytes);
  return `${(bytes / GIB).toFixed(1)} / ${Number((limit / GIB).toFixed(1))} GiB`;
}

/** `94 %`. */
export const percentText = (percent: number): string => `${Math.round(percent)} %`;

/** `42 s`, `8 min`, `1 h 38 min`: how long something has gone on, in whole units. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `€0.05/h`. */
export function priceText(price: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 3 });
  return `${format.format(price)}/h`;
}

/** `2 apps`, `1 kernel`. */
export const countText = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `a`, `a and b`, `a, b and c`. */
export function listText(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** The state of a kernel, behind its name. */
export const kernelWords: Readonly<Record<KernelState, string>> = {
  none: 'not started',
  starting: 'starting',
  idle: 'idle',
  busy: 'busy',
  restarting: 'restarting',
  reconnecting: 'reconnecting',
  disconnected: 'disconnected',
  dead: 'dead',
  unknown: 'state unknown',
};
