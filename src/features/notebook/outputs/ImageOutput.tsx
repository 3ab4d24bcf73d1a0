import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { useState } from 'react';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { useNotebook } from '../view/use-notebook.ts';
import { type ImageGround, sampleGround } from './image-ground.ts';
import { imageSource } from './image-source.ts';

type ImageOutputProps = { mime: string; data: string; metadata: JsonObject; label: string };

/** An image in its natural size, or the one its metadata wants. SVG is shown as an image too: nothing in it runs. */
export function ImageOutput({ mime, data, metadata, label }: ImageOutputProps) {
  const [hasFailed, setHasFailed] = useState(false);
  const source = imageSource(mime, data);
  const wanted = metadata[mime];
  const { width, height } = sizeOf(isJsonObject(wanted) ? wanted : metadata);
  const look = useImageLook(source);
  return (
    <div data-mime={mime} className="at-image-output" data-ground={look.ground}>
      {hasFailed ? (
        <div className="at-output-note">{`This ${mime} cannot be shown: its data is damaged.`}</div>
      ) : (
        <span className="at-image-box">
          <img
            src={source}
            alt={label}
            draggable={false}
            data-adapted={look.isAdapted || undefined}
            onLoad={(event) => look.see(event.currentTarget)}
            onError={() => setHasFailed(true)}
            {...(width === undefined ? {} : { width })}
            {...(height === undefined ? {} : { height })}
          />
          {look.canAdapt && (
            <span className="at-image-corner">
              <IconButton
                icon="contrast"
                label={look.isAdapted ? 'Show the original colours' : 'Adapt the colours to the theme'}
                onClick={look.toggle}
              />
            </span>
          )}
        </span>
      )}
    </div>
  );
}

/** In dark themes a figure made for paper is adapted, unless the person wants to see the original. */
function useImageLook(source: string) {
  const { services } = useNotebook();
  const isDark = useStore(services.theme.store, ({ theme }) => theme === 'dark' || theme === 'high-contrast');
  const [seen, setSeen] = useState<{ source: string; ground: ImageGround } | null>(null);
  const [wantsOriginal, setWantsOriginal] = useState(false);
  const ground = seen?.source === source ? seen.ground : undefined;
  const canAdapt = isDark && (ground === 'paper' || ground === 'dark-ink');
  return {
    ground,
    canAdapt,
    isAdapted: canAdapt && !wantsOriginal,
    see: (image: HTMLImageElement) => setSeen({ source, ground: sampleGround(image) }),
    toggle: () => setWantsOriginal(!wantsOriginal),
  };
}

function sizeOf(metadata: JsonObject): { width?: number; height?: number } {
  const { width, height } = metadata;
  const usable = (value: unknown): value is number =>
    typeof value === 'number' && value > 0 && value < 20_000;
  return { ...(usable(width) ? { width } : {}), ...(usable(height) ? { height } : {}) };
}
