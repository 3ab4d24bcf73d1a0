import { Spinner } from './Spinner.tsx';

export type KernelGlyphState =
  | 'none'
  | 'starting'
  | 'idle'
  | 'busy'
  | 'restarting'
  | 'reconnecting'
  | 'disconnected'
  | 'dead'
  | 'unknown';

/** The kernel's state as a shape: dashed none, arc starting, ring idle, ring with core busy, struck ring dead. */
export function KernelGlyph({ state, size = 12 }: { state: KernelGlyphState; size?: 10 | 12 }) {
  if (state === 'starting' || state === 'restarting') return <Spinner size={size} />;
  const colour = {
    none: 'var(--at-text-3)',
    idle: 'var(--at-text-2)',
    busy: 'var(--at-activity)',
    reconnecting: 'var(--at-warn-fill)',
    disconnected: 'var(--at-warn-fill)',
    dead: 'var(--at-danger-fill)',
    unknown: 'var(--at-text-3)',
  }[state];
  const isDashed =
    state === 'none' || state === 'reconnecting' || state === 'disconnected' || state === 'unknown';
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden style={{ flex: 'none' }}>
      <circle
        cx="6"
        cy="6"
        r="4.9"
        fill="none"
        stroke={colour}
        strokeWidth="1.8"
        strokeDasharray={isDashed ? '2.2 1.6' : undefined}
      />
      {state === 'busy' && <circle cx="6" cy="6" r="2.6" fill={colour} />}
      {state === 'dead' && <path d="M3 3l6 6" stroke={colour} strokeWidth="1.8" />}
    </svg>
  );
}
