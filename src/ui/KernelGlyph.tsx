import { classNames } from './class-names.ts';
import styles from './KernelGlyph.module.css';

/** The kernel states a glyph can show; `terminating` and the like map to the nearest of these. */
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

/** Shape first, colour second; the state's word stands beside it or in the accessible name around it. */
export function KernelGlyph({ state, size = 12 }: { state: KernelGlyphState; size?: number }) {
  return (
    <svg
      className={classNames(styles['glyph'], styles[state])}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
      data-state={state}
    >
      {(state === 'starting' || state === 'restarting') && (
        <circle className={styles['track']} cx="6" cy="6" r="5" />
      )}
      <circle className={styles['ring']} cx="6" cy="6" r="5" />
      {state === 'busy' && <circle className={styles['core']} cx="6" cy="6" r="3" />}
      {state === 'dead' && <path d="M2.6 9.4 9.4 2.6" />}
      {(state === 'disconnected' || state === 'unknown') && <path d="M6 3.4v3.2M6 8.4v.2" />}
    </svg>
  );
}
