import { classNames } from './class-names.ts';
import styles from './Meter.module.css';

export type MeterProps = {
  label: string;
  value: number;
  max: number;
  text: string;
  turns?: boolean;
  width?: number;
};

/** A 4 px meter; its number stands beside it. With `turns` it warns at 80 % and at 95 %. */
export function Meter({ label, value, max, text, turns = false, width }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  const pressure =
    turns && share >= 0.95 ? styles['danger'] : turns && share >= 0.8 ? styles['warn'] : undefined;
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuetext={text}
      className={classNames(styles['meter'], pressure)}
      style={{ width }}
    >
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}

export type ProgressProps = { label: string; value: number; max: number };

export function Progress({ label, value, max }: ProgressProps) {
  const share = max > 0 ? Math.min(1, value / max) : 1;
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className={classNames(styles['meter'], styles['progress'])}
    >
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
