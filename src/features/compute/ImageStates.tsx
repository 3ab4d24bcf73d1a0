import type { Image } from '@atelier-ide/contract';
import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { Button } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { Progress } from '@/ui/Meter.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import { makingFacts, makingText } from './image-making.ts';
import { problemText } from './use-choice.ts';
import styles from './images.module.css';

/** Images that cannot be selected yet, or were not made: where they are, why, and what to do. */
export function ImageStates({ images }: { images: readonly Image[] }) {
  const open = images.filter((one) => one.status === 'CREATING' || one.status === 'CREATE_FAILED');
  if (open.length === 0) return null;
  return (
    <ul className={styles['list']} aria-label="Images that are not ready">
      {open.map((image) =>
        image.status === 'CREATING' ? (
          <Making key={image.id} image={image} />
        ) : (
          <NotMade key={image.id} image={image} />
        ),
      )}
    </ul>
  );
}

function Making({ image }: { image: Image }) {
  const { place, share } = makingFacts(image);
  return (
    <li className={styles['row']}>
      <Spinner size={14} />
      <div className={styles['text']}>
        <p role="status">
          <strong>{image.displayName}</strong> is being made. {makingText(image)}.
        </p>
        <Progress
          label={`Making of ${image.displayName}`}
          value={share}
          max={1}
          valueText={place > 0 ? makingText(image) : 'Waiting'}
        />
      </div>
      <ShowLog image={image} />
    </li>
  );
}

function NotMade({ image }: { image: Image }) {
  const { api } = useServices();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { step, place, count } = makingFacts(image);
  const again = async () => {
    setBusy(true);
    try {
      // Its event tells the rest.
      await api.call('retryImage', { params: { id: image.id } });
      setProblem(null);
    } catch (error) {
      setProblem(problemText(error));
    }
    setBusy(false);
  };
  return (
    <li className={styles['row']} data-failed="true">
      <Icon name="circle-x" size={14} />
      <div className={styles['text']}>
        <p>
          <strong>{image.displayName} was not made.</strong>{' '}
          {step && `Step ${place} of ${count}, ${step.title}: `}
          {image.failureReason ?? 'The log says why.'}
        </p>
        {problem && <p role="alert">{problem}</p>}
      </div>
      <ShowLog image={image} />
      <Button disabled={isBusy} onClick={() => void again()}>
        Try again
      </Button>
    </li>
  );
}

function ShowLog({ image }: { image: Image }) {
  const { commands, session } = useServices();
  if (!session.has('logs')) return null;
  return (
    <Button
      variant="quiet"
      onClick={() => void commands.run('compute.showLog', { of: 'image', id: image.id })}
    >
      Show log
    </Button>
  );
}
