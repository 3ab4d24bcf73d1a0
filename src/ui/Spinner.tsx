import styles from './Spinner.module.css';

/** Something is at work; give it `label` where no word stands beside it. */
export function Spinner({ size = 14, label }: { size?: number; label?: string }) {
  return (
    <svg
      className={styles['spinner']}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <circle className={styles['track']} cx="8" cy="8" r="6.5" />
      <circle className={styles['arc']} cx="8" cy="8" r="6.5" />
    </svg>
  );
}
