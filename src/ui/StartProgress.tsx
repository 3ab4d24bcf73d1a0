import type { App, PhaseName } from '@atelier-ide/contract';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { durationText } from './duration-text.ts';
import { Icon } from './Icon.tsx';
import { Progress } from './Meter.tsx';
import { Spinner } from './Spinner.tsx';
import styles from './StartProgress.module.css';

export type StartProgressProps = {
  app: Pick<App, 'instanceType' | 'phases' | 'phase' | 'typicalMs' | 'createdAt'>;
  imageName?: string | undefined;
  /** What goes on meanwhile: "You can keep reading and editing. 3 cells run when the kernel is ready." */
  children?: ReactNode;
  onCancel: () => void;
  onShowLog?: (() => void) | undefined;
  /** The clock; tests give their own. */
  now?: () => number;
};

const order: readonly PhaseName[] = ['queued', 'instance', 'image', 'server', 'kernel'];
const names: Readonly<Record<PhaseName, string>> = {
  queued: 'Place in queue',
  instance: 'Instance',
  image: 'Image',
  server: 'Server',
  kernel: 'Kernel',
};
const TICK_MS = 200;

/** The bar below a toolbar while compute starts: phases, elapsed and typical time, Cancel. */
export function StartProgress(props: StartProgressProps) {
  const { app, imageName, children, onCancel, onShowLog, now = Date.now } = props;
  const time = useTicks(now);
  const elapsed = Math.max(0, time - Date.parse(app.createdAt));
  const what = app.instanceType ?? 'the kernel';
  const typical = app.typicalMs === undefined ? '' : `, typically ${durationText(app.typicalMs)}`;
  const current = app.phase ?? app.phases.find((phase) => phase.endedAt === undefined)?.name;
  return (
    <div role="status" aria-label={`Starting ${what}`} className={styles['start']}>
      <div className={styles['text']}>
        <p>
          <strong>Starting {what}</strong>
          {/* Read out once, not at each tick. */}
          <span className={styles['time']} aria-hidden="true">
            {durationText(elapsed)}
            {typical}
          </span>
          {children && <span className={styles['note']}>{children}</span>}
        </p>
        <ol className={styles['phases']}>
          {order.map((name) => {
            const label = name === 'image' && imageName ? `${names.image}: ${imageName}` : names[name];
            return <PhaseItem key={name} name={name} label={label} app={app} current={current} time={time} />;
          })}
        </ol>
      </div>
      {onShowLog && (
        <Button variant="quiet" onClick={onShowLog}>
          Show log
        </Button>
      )}
      <Button onClick={onCancel}>Cancel</Button>
      <div className={styles['progress']}>
        <Progress
          label={`Start of ${what}`}
          value={app.typicalMs === undefined ? null : Math.min(0.97, elapsed / app.typicalMs)}
          max={1}
        />
      </div>
    </div>
  );
}

type PhaseItemProps = {
  name: PhaseName;
  label: string;
  app: StartProgressProps['app'];
  current: PhaseName | undefined;
  time: number;
};

function PhaseItem({ name, label, app, current, time }: PhaseItemProps) {
  const phase = app.phases.find((one) => one.name === name);
  const isCurrent = name === current;
  const end = phase?.endedAt === undefined ? time : Date.parse(phase.endedAt);
  return (
    <li
      className={isCurrent ? styles['current'] : undefined}
      aria-current={isCurrent ? 'step' : undefined}
      data-done={phase?.endedAt !== undefined || undefined}
    >
      {isCurrent ? (
        <Spinner size={14} />
      ) : phase ? (
        <Icon name="circle-check" size={14} />
      ) : (
        <span className={styles['ring']} />
      )}
      {label}
      {/* A step that was behind us already took no time worth a number. */}
      {phase && (isCurrent || phase.startedAt !== phase.endedAt) && (
        <span className={styles['time']} aria-hidden="true">
          {durationText(end - Date.parse(phase.startedAt))}
        </span>
      )}
    </li>
  );
}

function useTicks(now: () => number): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  return time;
}
