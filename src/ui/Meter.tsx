import { classNames } from './class-names.ts';
import styles from './Meter.module.css';

export type MeterProps = {
  /** Accessible name, e.g. "Memory of ml.t3.medium". */
  label: string;
  value: number;
  max: number;
  /** What is read out and must stand beside the bar, e.g. "2.9 of 4 GiB". */
  valueText: string;
  /** CPU is never a warning: leave the tone away. */
  tone?: 'neutral' | 'warn' | 'danger' | 'activity';
  width?: number | undefined;
};

/** A 4 px bar; its number always stands beside it, drawn by the caller. */
export function Meter({ label, value, max, valueText, tone = 'neutral', width }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={valueText}
      className={styles['track']}
      style={width === undefined ? undefined : { width, flex: 'none' }}
    >
      <div className={classNames(styles['fill'], styles[tone])} style={{ width: `${share * 100}%` }} />
    </div>
  );
}

/** Memory turns `warn` at 80 % and `danger` at 95 %. */
export function memoryTone(used: number, limit: number): 'neutral' | 'warn' | 'danger' {
  const share = limit > 0 ? used / limit : 0;
  if (share >= 0.95) return 'danger';
  return share >= 0.8 ? 'warn' : 'neutral';
}

export type ProgressProps = { label: string; value: number | null; max?: number; valueText?: string };

/** The bar of something at work; `null` = the end is not known. */
export function Progress({ label, value, max = 100, valueText }: ProgressProps) {
  const share = value === null ? 0.3 : Math.min(1, Math.max(0, value / max));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value ?? undefined}
      aria-valuetext={valueText}
      className={styles['track']}
    >
      <div
        className={classNames(styles['fill'], styles['activity'], value === null && styles['drifting'])}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
