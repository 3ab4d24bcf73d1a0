import { describe, expect, it } from 'vitest';
import { beat } from '@atelier-ide/contract';
import { createFakeLog } from '../fake-backend.ts';
import { createFakeLineWorld } from '../fake-line-world.ts';
import { createTerminalChannel } from './terminal-channel.ts';

function start() {
  const { world, sockets, clock, page, told, comeBack } = createFakeLineWorld();
  const channel = createTerminalChannel({
    appId: 'a',
    name: '1',
    url: 'ws://studio.test/jupyter/u/a/terminals/websocket/1',
    world,
    log: createFakeLog(),
  });
  const heard: string[] = [];
  channel.onDidReceive(({ data, isReplay }) => heard.push((isReplay ? 'replay ' : '') + data));
  const frame = (...parts: unknown[]) => sockets.last().receive(JSON.stringify(parts));
  const attach = () => {
    sockets.last().open();
    frame('setup', {});
  };
  return { sockets, clock, page, channel, heard, frame, attach, told, comeBack };
}

const statusOf = ({ channel }: ReturnType<typeof start>) => channel.store.getState().status;

describe('terminal channel', () => {
  it('tells scrollback from what happens now [I2]', async () => {
    const world = start();
    world.attach();
    world.frame('stdout', 'old lines');
    await world.clock.advance(300);
    world.frame('stdout', '$ ');
    expect(world.heard).toEqual(['replay old lines', '$ ']);
  });

  it('takes everything before the first beat for scrollback, however slow the network is [I2]', async () => {
    const world = start();
    world.attach();
    world.sockets.last().receive(beat.text);
    world.sockets.last().cut();
    await world.clock.advance(0);
    world.attach();
    await world.clock.advance(5_000);
    world.frame('stdout', 'a long past');
    world.sockets.last().receive(beat.text);
    world.frame('stdout', '$ ');
    expect(world.heard).toEqual(['replay \u001bc', 'replay a long past', '$ ']);
  });

  it('finds a half-open line within 10 s and says so', async () => {
    const world = start();
    world.attach();
    world.sockets.last().receive(beat.text);
    await world.clock.advance(10_000);
    expect(world.sockets.all).toHaveLength(2);
    expect(statusOf(world)).toBe('reconnecting');
    expect(world.channel.send('ls\r')).toBe(false);
  });

  it('sends keys and the size of the screen', () => {
    const world = start();
    world.channel.resize(24, 80);
    expect(world.sockets.last().sent).toEqual([]);
    world.attach();
    expect(world.channel.send('ls\r')).toBe(true);
    world.channel.resize(30, 100);
    expect(world.sockets.last().sent).toEqual([
      '["set_size",24,80,0,0]',
      '["stdin","ls\\r"]',
      '["set_size",30,100,0,0]',
    ]);
  });

  it('refuses keys while the line is cut and never sends them later', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut();
    expect(statusOf(world)).toBe('reconnecting');
    expect(world.channel.send('rm -r build\r')).toBe(false);
    await world.clock.advance(0);
    world.attach();
    expect(world.sockets.last().sent).toEqual([]);
  });

  it('clears the screen before the scrollback comes again', async () => {
    const world = start();
    world.attach();
    world.frame('stdout', 'lines');
    world.sockets.last().cut();
    await world.clock.advance(0);
    world.attach();
    world.frame('stdout', 'lines');
    expect(world.heard).toEqual(['replay lines', 'replay \u001bc', 'replay lines']);
  });

  it('never gives up, and tries at once when the page wakes', async () => {
    const world = start();
    for (let i = 0; i < 30; i++) {
      world.sockets.last().cut();
      await world.clock.advance(30_000);
    }
    world.sockets.last().cut();
    const before = world.sockets.all.length;
    world.page.wake();
    expect(world.sockets.all.length).toBe(before + 1);
  });

  it.each([
    ['the shell ended', (world: ReturnType<typeof start>) => world.frame('disconnect', 1)],
    ['the server does not know it', (world: ReturnType<typeof start>) => world.sockets.last().cut(4404)],
  ])('has ended when %s', async (_why, end) => {
    const world = start();
    world.attach();
    end(world);
    expect(statusOf(world)).toBe('ended');
    await world.clock.advance(60_000);
    world.page.wake();
    world.page.maybeLose();
    expect(world.sockets.all).toHaveLength(1);
    expect(world.channel.send('x')).toBe(false);
  });

  it('waits for the sign-in after 4401', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut(4401);
    expect(world.told.rejects).toBe(1);
    await world.clock.advance(60_000);
    expect(world.sockets.all).toHaveLength(1);
    world.comeBack();
    world.attach();
    expect(statusOf(world)).toBe('connected');
  });

  it('ignores what it does not understand', () => {
    const world = start();
    world.attach();
    world.sockets.last().receive('nonsense');
    world.frame('new kind', 1);
    world.frame('stdout', 'x');
    expect(world.heard).toEqual(['replay x']);
  });
});
