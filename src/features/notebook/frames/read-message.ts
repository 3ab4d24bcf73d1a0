/**
 * What a frame says, believed only as far as it makes sense: foreign script runs beside our own code in there, and can
 * say anything in its name. No message does more than move the keyboard out, size a box, select a cell, save or
 * show the palette.
 */
import type { FrameToPage, LeaveDirection, PageShortcut } from '@/output-frame/protocol.ts';

const MAX_HEIGHT = 10_000;
const MAX_WORDS = 300;
const shortcuts: readonly PageShortcut[] = ['save', 'palette'];
const directions: readonly LeaveDirection[] = ['next', 'previous', 'out'];

type Raw = Readonly<Record<string, unknown>>;
type Reader = (raw: Raw) => FrameToPage | null;

const aboutHost =
  (read: (raw: Raw, id: string) => FrameToPage | null): Reader =>
  (raw) =>
    typeof raw['id'] === 'string' ? read(raw, raw['id']) : null;

const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  ['ready', () => ({ type: 'ready' })],
  ['placed', ({ epoch }) => (typeof epoch === 'number' ? { type: 'placed', epoch } : null)],
  ['pong', ({ n }) => (typeof n === 'number' ? { type: 'pong', n } : null)],
  ['widgets', ({ payload }) => ({ type: 'widgets', payload })],
  ['rendered', aboutHost((_, id) => ({ type: 'rendered', id }))],
  ['touched', aboutHost((_, id) => ({ type: 'touched', id }))],
  [
    'height',
    aboutHost(({ height }, id) =>
      isLength(height) ? { type: 'height', id, height: Math.min(height, MAX_HEIGHT) } : null,
    ),
  ],
  [
    'leave',
    aboutHost((raw, id) => {
      const direction = directions.find((one) => one === raw['direction']);
      return direction ? { type: 'leave', id, direction } : null;
    }),
  ],
  [
    'shortcut',
    aboutHost((raw, id) => {
      const shortcut = shortcuts.find((one) => one === raw['shortcut']);
      return shortcut ? { type: 'shortcut', id, shortcut } : null;
    }),
  ],
  [
    'failed',
    aboutHost(({ message }, id) => ({
      type: 'failed',
      id,
      message: typeof message === 'string' ? message.slice(0, MAX_WORDS) : '',
    })),
  ],
]);

/** Null for what is no message. */
export function readMessage(data: unknown): FrameToPage | null {
  if (typeof data !== 'object' || data === null) return null;
  const raw = data as Raw;
  return readers.get(raw['type'])?.(raw) ?? null;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
