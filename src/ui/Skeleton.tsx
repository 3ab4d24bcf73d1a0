import { useEffect, useState } from 'react';
import styles from './Skeleton.module.css';

/** Grey bars in place of rows. They come after 200 ms, so that what is fast never flickers. */
export function Skeleton({ rows = 4, label }: { rows?: number; label: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles['skeleton']} role="status" aria-label={label}>
      {isShown &&
        Array.from({ length: rows }, (_, row) => (
          <span key={row} style={{ width: `${90 - ((row * 37) % 50)}%` }} />
        ))}
    </div>
  );
}
