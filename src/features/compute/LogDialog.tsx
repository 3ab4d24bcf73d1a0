import type { App, Image } from '@atelier-ide/contract';
import { useLayoutEffect, useRef, useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { linesOf } from './log-lines.ts';
import { type LogSource, type LogState, useLog } from './use-log.ts';
import styles from './LogDialog.module.css';

/** What an app, or the making of an image, has written; follows it while it starts. */
export function View(props: DialogProps<LogSource, null>) {
  const { args } = props;
  const close = () => props.close(null);
  const { compute } = useServices();
  const app = useStore(compute.store, (state) => appOf(state, args));
  const image = useStore(compute.store, (state) => imageOf(state, args, app));
  const isGrowing = app?.status === 'Pending' || (args.of === 'image' && image?.status === 'CREATING');
  const { log, problem } = useLog(args, isGrowing);
  return (
    <Dialog
      title={titleOf(args, app, image)}
      subtitle={stateOf(args, app, image)}
      size={976}
      onClose={close}
      footerStart={log && <CutNote lines={linesOf(log.text).length} cutBytes={log.cutBytes} />}
      actions={
        <>
          <CopyButton text={log?.text ?? ''} />
          <Button size="lg" variant="primary" onClick={close}>
            Close
          </Button>
        </>
      }
    >
      <Body log={log} problem={problem} isGrowing={isGrowing} />
    </Dialog>
  );
}

function Body({ log, problem, isGrowing }: LogState & { isGrowing: boolean }) {
  const lines = log ? linesOf(log.text) : [];
  return (
    <>
      {problem && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      {!log && !problem && <Skeleton rows={8} label="Reading the log" />}
      {log && lines.length === 0 && (
        <EmptyState icon="file-text" title="The log is empty">
          {isGrowing ? 'What is written appears here.' : 'Nothing was written.'}
        </EmptyState>
      )}
      {lines.length > 0 && <Lines lines={lines} />}
    </>
  );
}

function Lines({ lines }: { lines: ReturnType<typeof linesOf> }) {
  const box = useRef<HTMLDivElement>(null);
  // Whoever has scrolled up reads: then new lines do not move what is seen.
  const [isAtEnd, setAtEnd] = useState(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isAtEnd) element.scrollTop = element.scrollHeight;
  }, [lines, isAtEnd]);
  return (
    <div
      ref={box}
      role="log"
      aria-label="Log"
      tabIndex={0}
      className={styles['lines']}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
        setAtEnd(scrollTop + clientHeight >= scrollHeight - 24)
      }
    >
      {lines.map(({ number, text, isFailure }) => (
        <div key={number} className={styles['line']} data-failure={isFailure || undefined}>
          <span className={styles['number']} aria-hidden="true">
            {number}
          </span>
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const { notifications } = useServices();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch (error) {
      notifications.error('The log was not copied', error);
    }
  };
  return (
    <Button size="lg" icon={isCopied ? 'check' : 'copy'} disabled={text === ''} onClick={() => void copy()}>
      {isCopied ? 'Copied' : 'Copy log'}
    </Button>
  );
}

function CutNote({ lines, cutBytes }: { lines: number; cutBytes: number }) {
  const count = lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`;
  if (cutBytes === 0) return <>{count}</>;
  return (
    <>{`The last ${count}. ${Math.ceil(cutBytes / 1024).toLocaleString('en')} KiB before them are not shown.`}</>
  );
}

function appOf({ apps }: ComputeState, { of, id }: LogSource): App | undefined {
  return of === 'app' ? apps.find((one) => one.id === id) : undefined;
}

function imageOf({ images }: ComputeState, { of, id }: LogSource, app: App | undefined): Image | undefined {
  const imageId = of === 'image' ? id : app?.imageId;
  return images.find((one) => one.id === imageId);
}

function titleOf({ of }: LogSource, app: App | undefined, image: Image | undefined): string {
  const name = image?.displayName ?? 'the app';
  if (of === 'image') return `Log of the making of ${name}`;
  return `Log of ${name}${app?.instanceType ? ` on ${app.instanceType}` : ''}`;
}

const appStates: Partial<Record<App['status'], string>> = {
  Pending: 'Starting.',
  InService: 'Running.',
  Failed: 'Failed.',
};
const imageStates: Partial<Record<Image['status'], string>> = {
  CREATING: 'Being made.',
  CREATED: 'Made.',
  CREATE_FAILED: 'Not made.',
};

function stateOf({ of }: LogSource, app: App | undefined, image: Image | undefined): string {
  const state = of === 'app' ? app && appStates[app.status] : image && imageStates[image.status];
  const why = of === 'app' ? app?.failure?.message : image?.failureReason;
  return [state ?? 'Ended.', why].filter(Boolean).join(' ');
}
