import { beat } from '@atelier-ide/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeLineWorld } from './fake-line-world.ts';
import { Line, type LineEnd } from './line.ts';

function start({ isScout = false } = {}) {
  const fake = createFakeLineWorld();
  const ends: LineEnd[] = [];
  const heard: unknown[] = [];
  let beats = 0;
  const line: Line = new Line(fake.world, {
    address: () => ({ url: 'ws://studio.test/line?a=1', protocols: ['p'] }),
    didReceive: (data) => {
      if (data === 'hello') line.stand();
      heard.push(data);
    },
    didBeat: () => void beats++,
    didClose: (end) => void ends.push(end),
    isScout,
  });
  line.start();
  const accept = () => {
    fake.sockets.last().open();
    fake.sockets.last().receive('hello');
  };
  const hear = () => fake.sockets.last().receive(beat.text);
  const tries = () => fake.sockets.all.length;
  return { ...fake, line, ends, heard, accept, hear, tries, beats: () => beats };
}

describe('a supervised line', () => {
  it('asks for beats and keeps them from its owner', () => {
    const world = start();
    world.accept();
    world.hear();
    expect(world.sockets.last().url).toBe('ws://studio.test/line?a=1&beat=1');
    expect(world.sockets.last().protocols).toEqual(['p']);
    expect(world.heard).toEqual(['hello']);
    expect(world.beats()).toBe(1);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 4403, 4503])(
    'is tried at once after close code %i [Q3]',
    async (code) => {
      const world = start();
      world.accept();
      world.sockets.last().cut(code);
      expect(world.ends).toEqual([{ code, hasStood: true, isSilent: false }]);
      await world.clock.advance(0);
      expect(world.tries()).toBe(2);
    },
  );

  it('is found dead within 10 s of silence, whatever it carries, and never while beats come [Q3]', async () => {
    const world = start();
    world.accept();
    world.hear();
    for (let i = 0; i < 100; i++) {
      await world.clock.advance(beat.everyMs);
      world.hear();
    }
    expect(world.tries()).toBe(1);
    await world.clock.advance(7_000);
    expect(world.tries()).toBe(1);
    await world.clock.advance(2_900);
    expect(world.tries()).toBe(2);
    expect(world.ends).toEqual([{ code: 1006, hasStood: true, isSilent: true }]);
  });

  it('of a server that sends no beats is believed', async () => {
    const world = start();
    world.accept();
    await world.clock.advance(3_600_000);
    expect(world.tries()).toBe(1);
    expect(world.clock.pending).toBe(0);
    world.suspect();
    expect(world.tries()).toBe(2);
  });

  it('that carries one message for minutes gets the time for it, and is watched again after [Q3]', async () => {
    const world = start();
    world.accept();
    world.hear();
    const needed = 100_000;
    let spent = 0;
    while (spent < needed) {
      const before = world.tries();
      world.sockets.last().open();
      world.sockets.last().receive('hello');
      const begun = world.clock.now();
      while (world.tries() === before && world.clock.now() - begun < needed) await world.clock.advance(1_500);
      spent = world.clock.now() - begun;
      if (world.clock.now() > 1_000_000) throw new Error('It never got the time');
    }
    world.sockets.last().receive('the large message');
    world.hear();
    const after = world.tries();
    await world.clock.advance(10_000);
    expect(world.tries()).toBe(after + 1);
  });

  it('is not given up because the page slept or the clock was set', async () => {
    const world = start();
    world.accept();
    world.hear();
    await world.clock.sleep(3_600_000);
    world.hear();
    await world.clock.advance(3_000);
    world.hear();
    expect(world.tries()).toBe(1);
    await world.clock.sleep(-7_200_000);
    for (let i = 0; i < 10; i++) {
      await world.clock.advance(beat.everyMs);
      world.hear();
    }
    expect(world.tries()).toBe(1);
    await world.clock.advance(10_000);
    expect(world.tries()).toBe(2);
  });

  it('that died while the page slept is found soon after', async () => {
    const world = start();
    world.accept();
    world.hear();
    await world.clock.sleep(600_000);
    await world.clock.advance(6_000);
    expect(world.tries()).toBe(2);
  });

  it('that died while the page slept is found at once when the page says that it wakes', async () => {
    const world = start();
    world.accept();
    world.hear();
    await world.clock.sleep(600_000);
    world.page.wake();
    await world.clock.advance(1_500);
    expect(world.tries()).toBe(2);
  });

  it('that lives is left alone when the page wakes', async () => {
    const world = start();
    world.accept();
    world.hear();
    await world.clock.sleep(600_000);
    world.page.wake();
    world.hear();
    await world.clock.advance(3_000);
    world.hear();
    await world.clock.advance(3_000);
    expect(world.tries()).toBe(1);
  });

  it('gives a try up that nothing answers', async () => {
    const world = start();
    await world.clock.advance(10_000);
    expect(world.sockets.all[0]?.isClosedByPage).toBe(true);
    expect(world.ends).toEqual([{ code: 1006, hasStood: false, isSilent: false }]);
    await world.clock.advance(0);
    expect(world.tries()).toBe(2);
    world.accept();
    await world.clock.advance(60_000);
    expect(world.tries()).toBe(2);
  });

  it('asks after every try that failed without a word, and not after a cut', async () => {
    const world = start();
    world.sockets.last().cut();
    expect(world.told.fails).toBe(1);
    await world.clock.advance(0);
    world.accept();
    world.sockets.last().cut();
    expect(world.told.fails).toBe(1);
  });

  it('is back within 3 s of a short outage, and not in step with others', async () => {
    const world = start({ isScout: true });
    world.told.isServerThere = false;
    world.accept();
    world.sockets.last().cut();
    for (let i = 0; i < 30; i++) {
      const before = world.tries();
      await world.clock.advance(2_500);
      expect(world.tries()).toBeGreaterThan(before);
      world.sockets.last().cut();
    }
  });

  it('waits longer where the scout is away too, until it is back', async () => {
    const world = start();
    world.told.isServerThere = false;
    world.accept();
    for (let i = 0; i < 8; i++) {
      world.sockets.last().cut();
      await world.clock.advance(30_000);
    }
    const before = world.tries();
    world.sockets.last().cut();
    await world.clock.advance(20_000);
    expect(world.tries()).toBe(before);
    world.comeBack();
    expect(world.tries()).toBe(before + 1);
  });

  it('tries now when it is told to, but not while a try has just begun or the line stands', async () => {
    const world = start();
    world.page.wake();
    expect(world.tries()).toBe(1);
    await world.clock.advance(3_000);
    world.page.wake();
    expect(world.tries()).toBe(2);
    world.accept();
    world.page.wake();
    expect(world.tries()).toBe(2);
    world.page.maybeLose();
    expect(world.tries()).toBe(3);
  });

  it('waits for the sign-in after 4401', async () => {
    const world = start();
    world.accept();
    world.sockets.last().cut(4401);
    expect(world.told).toMatchObject({ rejects: 1, fails: 0 });
    await world.clock.advance(600_000);
    expect(world.tries()).toBe(1);
    world.comeBack();
    expect(world.tries()).toBe(2);
  });

  it('sends only while it stands', () => {
    const world = start();
    expect(world.line.send('early')).toBe(false);
    world.accept();
    expect(world.line.send('now')).toBe(true);
    world.sockets.last().cut();
    expect(world.line.send('late')).toBe(false);
    expect(world.sockets.last().sent).toEqual(['now']);
  });

  it('always stands again or is about to be tried, whatever happens', async () => {
    const step = fc.constantFrom('cut', 'accept', 'wake', 'lose', 'back', 'suspect', 'wait', 'beat', 'sleep');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = start();
        for (const one of steps) {
          if (one === 'cut' && world.sockets.last().readyState < 2) world.sockets.last().cut();
          if (one === 'accept' && world.sockets.last().readyState === 0) world.accept();
          if (one === 'wake') world.page.wake();
          if (one === 'lose') world.page.maybeLose();
          if (one === 'back') world.comeBack();
          if (one === 'suspect') world.suspect();
          if (one === 'beat') world.hear();
          if (one === 'wait') await world.clock.advance(4_000);
          if (one === 'sleep') await world.clock.sleep(400_000);
          expect(world.line.isStanding || world.clock.pending > 0).toBe(true);
          const open = world.sockets.all.filter((socket) => socket.readyState < 2);
          expect(open.length).toBeLessThanOrEqual(1);
        }
        world.line.dispose();
        expect(world.clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
