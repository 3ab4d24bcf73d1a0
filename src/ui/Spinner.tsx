import styles from './Spinner.module.css';

/** Work goes on. Always beside words that say what. */
export function Spinner({ size = 14 }: { size?: number }) {
  return (
    <svg className={styles['spinner']} width={size} height={size} viewBox="0 0 16 16" aria-hidden>
      <circle cx="8" cy="8" r="6" fill="none" stroke="var(--at-meter-track)" strokeWidth="2" />
      <path
        d="M8 2a6 6 0 0 1 6 6"
        fill="none"
        stroke="var(--at-activity)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
