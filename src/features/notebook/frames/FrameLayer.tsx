import { useEffect, useLayoutEffect, useRef } from 'react';
import { useNotebook } from '../view/use-notebook.ts';
import type { NotebookFrames } from './notebook-frames.ts';
import { useFrames } from './use-frames.ts';
import './frames.css';

/**
 * Where the frames lie: first in what scrolls (.at-framed), behind what follows (.at-framed-list), the cells. It renders
 * with the list, which may have moved them.
 */
export function FrameLayer() {
  const shared = useFrames();
  return shared ? <Layer frames={shared.frames} /> : null;
}

function Layer({ frames }: { frames: NotebookFrames }) {
  const { services } = useNotebook();
  const layerRef = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const { current: layer } = layerRef;
    const scroller = layer?.parentElement;
    if (!layer || !scroller) return;
    const attached = frames.attachLayer(layer, scroller);
    return () => attached.dispose();
  }, [frames]);

  useLayoutEffect(() => {
    frames.layout();
  });

  useEffect(
    () =>
      services.theme.store.subscribe(() => {
        // The colours of the page change with its next drawing.
        requestAnimationFrame(() => frames.didChangeTheme());
      }),
    [frames, services],
  );

  return <div ref={layerRef} className="at-frame-layer" />;
}
