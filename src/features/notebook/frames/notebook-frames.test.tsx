import { expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { asCellId, type RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { toDisposable } from '@/base/disposable.ts';
import type { HostPlace, PageToFrame } from '@/output-frame/protocol.ts';
import { createFakeStorage } from '@/services/fake-backend.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { FrameHeights } from './frame-heights.ts';
import { NotebookFrames } from './notebook-frames.ts';
import type { OutputFrame } from './output-frame.ts';
import { ScriptTrust } from './script-trust.ts';

type Shown = { html: string; isolated: boolean; id?: string; element?: HTMLElement };

function setUp() {
  const clock = createFakeClock();
  const storage = createFakeStorage();
  const held = new Set<OutputFrame>();
  const sent: PageToFrame[] = [];
  const frames = new NotebookFrames({
    store: createNotebookStore('a.ipynb'),
    trust: new ScriptTrust({ storage, clock, isFresh: () => true, digest: null }),
    heights: new FrameHeights(storage, clock),
    clock,
    title: 'Outputs of a.ipynb',
    didTouch: () => undefined,
    didLeave: () => undefined,
    didPress: () => undefined,
    didMake: (frame) => {
      held.add(frame);
      vi.spyOn(frame, 'send').mockImplementation((message) => sent.push(message));
      return toDisposable(() => held.delete(frame));
    },
  });
  // Outside of the document, so that nothing is loaded.
  const scroller = document.createElement('div');
  const layer = document.createElement('div');
  const list = document.createElement('div');
  scroller.append(layer, list);
  const attached = frames.attachLayer(layer, scroller);
  const show = ({ html, isolated, id = 'c:0', element = document.createElement('div') }: Shown) => {
    const output: RichOutput = { output_type: 'display_data', data: { 'text/html': html }, metadata: {} };
    const request = { id, cellId: asCellId('c'), output, mime: 'text/html', label: id };
    return frames.attach({ ...request, isolated, element });
  };
  const titles = () => [...held].map(({ element }) => element.title);
  return { clock, held, sent, frames, scroller, layer, list, attached, show, titles };
}

it('what others hold of a frame ends with it, also when its cell was run again [J2]', () => {
  const { clock, held, attached, show } = setUp();
  for (const html of ['<script>1</script>', '<script>2</script>', '<script>3</script>']) {
    show({ html, isolated: true });
    expect(held.size).toBe(1);
  }
  show({ html: '<script>4</script>', isolated: false });
  expect(held.size).toBe(1);
  attached.dispose();
  expect(held.size).toBe(0);
  expect(clock.pending).toBe(0);
});

it('of isolated outputs that went out of sight twenty keep their frame, and what was used keeps it always [J2]', () => {
  const { held, frames, show, titles } = setUp();
  const pass = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) {
      const id = `c:${n}`;
      const shown = show({ html: `<script>${n}</script>`, isolated: true, id });
      if (n === 0) frames.enter(id, 'start');
      shown.dispose();
    }
  };
  pass(0, 20);
  expect(held.size).toBe(20);
  pass(20, 22);
  expect(held.size).toBe(20);
  expect(titles()).toContain('c:0');
  expect(titles()).not.toContain('c:1');
  expect(titles()).not.toContain('c:2');
  expect(titles()).toContain('c:21');
  // As many as are in sight have one.
  for (let n = 30; n < 55; n += 1) show({ html: `<script>${n}</script>`, isolated: true, id: `c:${n}` });
  expect(titles()).toEqual(['c:0', ...Array.from({ length: 25 }, (_, n) => `c:${n + 30}`)]);
});

const LONG = 9_400_000;

/** A notebook of this height, scrolled to a place, with an output at another one, as a browser measures it. */
function setUpLong(height: number) {
  const world = setUp();
  const { scroller, list, held } = world;
  const at = { top: 0, output: 0 };
  const element = document.createElement('div');
  const rect = (top: number, size: number) => new DOMRect(0, top - at.top, 1_000, size);
  Object.defineProperty(scroller, 'scrollTop', { get: () => at.top });
  Object.defineProperty(scroller, 'scrollHeight', { get: () => height });
  list.getBoundingClientRect = () => rect(0, height);
  element.getBoundingClientRect = () => rect(at.output, 200);
  Object.defineProperty(element, 'isConnected', { get: () => true });
  world.show({ html: '<script>1</script>', isolated: false, element });
  const [frame] = held;
  if (!frame) throw new Error('no frame');
  const { style } = frame.element;
  const top = () => Number.parseInt(style.top, 10);
  const size = () => Number.parseInt(style.height, 10);
  frame.element.getBoundingClientRect = () => rect(top(), size());
  const scrollTo = async (to: number, output: number) => {
    Object.assign(at, { top: to, output });
    scroller.dispatchEvent(new Event('scroll'));
    world.frames.layout();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  };
  const place = (): HostPlace | undefined =>
    world.sent.flatMap((one) => (one.type === 'place' ? one.hosts : [])).at(-1);
  return { ...world, frame, top, size, scrollTo, place };
}

it('beyond three million pixels the frame of all moves along in steps, and outputs are told their place in it [J2]', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(LONG - 1_000), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: -500, max: 500 }),
      async (tops, beside) => {
        const { held, frame, top, size, scrollTo, place, attached } = setUpLong(LONG);
        for (const to of tops) {
          const output = Math.max(0, to + beside);
          await scrollTo(to, output);
          expect(top() % 1_000_000).toBe(0);
          expect(size()).toBeLessThanOrEqual(3_000_000);
          // All that is in sight, and a screen around it, is in what the browser draws.
          expect(top()).toBeLessThanOrEqual(Math.max(0, to - 400_000));
          expect(top() + size()).toBeGreaterThanOrEqual(Math.min(LONG, to + 400_000));
          expect(top() + (place()?.top ?? Number.NaN)).toBe(output);
          expect([...held]).toEqual([frame]);
        }
        attached.dispose();
      },
    ),
    { numRuns: 40 },
  );
});

it('the frame of a shorter notebook stays where it is', async () => {
  const { top, size, scrollTo, sent, attached } = setUpLong(2_000_000);
  await scrollTo(0, 100_000);
  const told = sent.length;
  await scrollTo(1_500_000, 100_000);
  expect([top(), size()]).toEqual([0, 2_000_000]);
  expect(sent).toHaveLength(told);
  attached.dispose();
});

it('what an output of the frame behind stands in is marked as long as it has one, also where it has several [J2]', () => {
  const { show, list } = setUp();
  list.innerHTML = `<div class="at-framed-place"><div class="at-output-place"><i></i></div>
    <div class="at-output-place"><b></b></div></div>`;
  const marked = () => [...list.querySelectorAll('[data-hole]')].map(({ className }) => className);
  const slot = (name: string) => list.querySelector<HTMLElement>(name) ?? document.createElement('p');
  const first = show({ html: '1', isolated: false, id: 'c:0', element: slot('i') });
  expect(marked()).toEqual(['at-framed-place', 'at-output-place']);
  const second = show({ html: '2', isolated: false, id: 'c:1', element: slot('b') });
  first.dispose();
  expect(marked()).toEqual(['at-framed-place', 'at-output-place']);
  second.dispose();
  expect(marked()).toEqual([]);
  show({ html: '2', isolated: true, id: 'c:1', element: slot('b') });
  expect(marked()).toEqual([]);
});

it('an output that goes on drawing after its script keeps the room that it had when it was last shown [J2, E4]', async () => {
  const { clock, show, held, attached } = setUp();
  const html = '<div></div><script>later()</script>';
  const shown = (id: string) => {
    const element = document.createElement('div');
    show({ html, isolated: false, id, element });
    return element;
  };
  const first = shown('c:0');
  // The document of the frame, as far as it talks.
  const ports: MessagePort[] = [];
  const [frame] = held;
  if (!frame) throw new Error('no frame');
  const contentWindow = { postMessage: (_: unknown, __: string, sent: MessagePort[]) => ports.push(...sent) };
  Object.defineProperty(frame.element, 'contentWindow', { value: contentWindow });
  frame.element.dispatchEvent(new Event('load'));
  const tell = async (id: string, height: number, element: HTMLElement, expected: number) => {
    for (const message of [{ type: 'height', height }, { type: 'rendered' }])
      ports[0]?.postMessage({ ...message, id });
    await vi.waitFor(() => expect(element.style.height).toBe(`${expected}px`));
  };
  await tell('c:0', 1, first, 1);
  await tell('c:0', 300, first, 300);

  const again = shown('c:1');
  again.style.height = '';
  await tell('c:1', 1, again, 300);
  await tell('c:1', 310, again, 310);

  // What does not come to it has its own height after a while.
  const less = shown('c:2');
  less.style.height = '';
  await tell('c:2', 5, less, 310);
  await clock.advance(1_000);
  expect(less.style.height).toBe('5px');
  attached.dispose();
});
