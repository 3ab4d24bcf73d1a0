import styles from './MenuBar.module.css';

/** The sign of the product; the word stands in the page's title. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg className={styles['logo']} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 20.5 12 4l8 16.5" />
      <circle cx="12" cy="17.5" r="2.2" />
    </svg>
  );
}
