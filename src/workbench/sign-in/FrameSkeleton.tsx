import styles from './SignIn.module.css';

/** The empty frame, as index.html draws it too, until the server has said who is signed in. */
export function FrameSkeleton() {
  return (
    <div className={styles['frame']} role="status" aria-label="Loading">
      <div className={styles['menuBar']} />
      <div className={styles['middle']}>
        <div className={styles['activity']} />
        <div className={styles['panel']} />
        <div className={styles['work']} />
      </div>
      <div className={styles['statusBar']} />
    </div>
  );
}
