import { describe, expect, it } from 'vitest';
import type { PageToFrame } from '@/output-frame/protocol.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { FramePlaces, type Placed } from './frame-places.ts';

function setUp() {
  const clock = createFakeClock();
  const sent: PageToFrame[] = [];
  const places = new FramePlaces(clock, (message) => sent.push(message));
  const slot = document.createElement('div');
  document.body.append(slot);
  let top = 100;
  slot.getBoundingClientRect = () => new DOMRect(20, top, 400, 50);
  const host: Placed = { id: 'a:0', slot, isRendered: true };
  const update = (to: number) => {
    top = to;
    places.update([host], { top: 40, left: 10 });
  };
  return { clock, sent, places, host, slot, update };
}
const isCovered = (slot: HTMLElement) => slot.hasAttribute('data-covered');

describe('places of outputs', () => {
  it('are told in pixels of the frame, and only when they changed', () => {
    const { sent, update } = setUp();
    update(100);
    update(100);
    expect(sent).toEqual([
      { type: 'place', epoch: 1, hosts: [{ id: 'a:0', top: 60, left: 10, width: 400 }] },
    ]);
    update(130);
    expect(sent).toHaveLength(2);
  });

  it('cover an output that is not known to be there 100 ms later, until it is [J2]', async () => {
    const { clock, places, slot, update } = setUp();
    update(100);
    expect(isCovered(slot)).toBe(false);
    await clock.advance(100);
    expect(isCovered(slot)).toBe(true);
    places.acknowledge(1);
    expect(isCovered(slot)).toBe(false);
    update(130);
    update(160);
    places.acknowledge(2);
    await clock.advance(100);
    // The second move is not acknowledged yet.
    expect(isCovered(slot)).toBe(true);
    // A frame cannot answer what was never asked.
    places.acknowledge(99);
    expect(isCovered(slot)).toBe(true);
    places.acknowledge(3);
    expect(isCovered(slot)).toBe(false);
  });

  it('stay covered while nothing is drawn', () => {
    const { places, host, slot, update } = setUp();
    host.isRendered = false;
    update(100);
    places.acknowledge(1);
    expect(isCovered(slot)).toBe(true);
    host.isRendered = true;
    places.show();
    expect(isCovered(slot)).toBe(false);
  });
});
