import { expect, it } from 'vitest';
import { asCellId, type RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { toDisposable } from '@/base/disposable.ts';
import { createFakeStorage } from '@/services/fake-backend.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { FrameHeights } from './frame-heights.ts';
import { NotebookFrames } from './notebook-frames.ts';
import type { OutputFrame } from './output-frame.ts';
import { ScriptTrust } from './script-trust.ts';

function setUp() {
  const clock = createFakeClock();
  const storage = createFakeStorage();
  const held = new Set<OutputFrame>();
  const frames = new NotebookFrames({
    store: createNotebookStore('a.ipynb'),
    trust: new ScriptTrust({ storage, clock, isFresh: () => true, digest: null }),
    heights: new FrameHeights(storage, clock),
    clock,
    title: 'a.ipynb',
    didTouch: () => undefined,
    didLeave: () => undefined,
    didPress: () => undefined,
    didMake: (frame) => {
      held.add(frame);
      return toDisposable(() => held.delete(frame));
    },
  });
  // Outside of the document, so that nothing is loaded.
  const scroller = document.createElement('div');
  const layer = document.createElement('div');
  scroller.append(layer);
  const attached = frames.attachLayer(layer, scroller);
  const show = (html: string, isolated: boolean) => {
    const output: RichOutput = { output_type: 'display_data', data: { 'text/html': html }, metadata: {} };
    const element = document.createElement('div');
    const request = { id: 'c:0', cellId: asCellId('c'), output, mime: 'text/html', label: 'x' };
    return frames.attach({ ...request, isolated, element });
  };
  return { clock, held, attached, show };
}

it('what others hold of a frame ends with it, also when its cell was run again [J2]', () => {
  const { clock, held, attached, show } = setUp();
  for (const html of ['<script>1</script>', '<script>2</script>', '<script>3</script>']) {
    show(html, true);
    expect(held.size).toBe(1);
  }
  show('<script>4</script>', false);
  expect(held.size).toBe(1);
  attached.dispose();
  expect(held.size).toBe(0);
  expect(clock.pending).toBe(0);
});
