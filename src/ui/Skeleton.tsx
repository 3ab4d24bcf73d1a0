import styles from './Skeleton.module.css';

const widths = [62, 78, 46, 70, 54, 84, 40, 66];

/** Grey bars in place of rows; they appear only after 200 ms, so that a quick answer shows none. */
export function Skeleton({ rows = 5, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className={styles['skeleton']}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={styles['row']} style={{ width: `${widths[index % widths.length]}%` }} />
      ))}
    </div>
  );
}
