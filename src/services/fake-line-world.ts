import { Emitter } from '@/base/emitter.ts';
import { createFakePage } from './fake-backend.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeSockets } from './fake-socket.ts';
import type { LineWorld } from './line.ts';

/** The surroundings of a supervised line, with its clock, page and sockets in the test's hand. */
export function createFakeLineWorld() {
  const sockets = createFakeSockets();
  const clock = createFakeClock(1);
  const page = createFakePage();
  const comeBack = new Emitter<void>();
  const suspicion = new Emitter<void>();
  const told = { rejects: 0, fails: 0, isServerThere: true };
  const world: LineWorld = {
    WebSocket: sockets.WebSocket,
    clock,
    page,
    onDidComeBack: comeBack.event,
    onDidSuspect: suspicion.event,
    isServerThere: () => told.isServerThere,
    didReject: () => void told.rejects++,
    didFail: () => void told.fails++,
  };
  return {
    world,
    sockets,
    clock,
    page,
    told,
    comeBack: () => comeBack.fire(),
    suspect: () => suspicion.fire(),
  };
}
