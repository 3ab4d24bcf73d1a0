import type { LogService } from '@/platform/log/log-service.ts';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LineWorld } from './line.ts';
import type { Origin } from './origin.ts';
import type { SessionService } from './session/session-service.ts';
import { onDidComeBack } from './studio-api/come-back.ts';
import { createEventStream } from './studio-api/create-event-stream.ts';
import type { EventStream } from './studio-api/event-stream.ts';
import type { Gate } from './studio-api/gate.ts';

/** What the lines of a page are made of. */
export type LinesConfig = Pick<LineWorld, 'WebSocket' | 'clock' | 'page'> & {
  origin: Origin;
  session: SessionService;
  gate: Gate;
  log: LogService;
  /** Name of this page. */
  name: string;
};

/** The line of events, and the surroundings that every other line shares with it. */
export type Lines = Disposable & { events: EventStream; world: LineWorld };

/** Makes the line of events; it connects at its `start`. */
export function createLines(config: LinesConfig): Lines {
  const { WebSocket, clock, page, origin, session, gate, log, name } = config;
  const owned = new DisposableStore();
  const comeBack = owned.add(new Emitter<void>());
  const suspicion = owned.add(new Emitter<void>());
  const world: LineWorld = {
    WebSocket,
    clock,
    page,
    onDidComeBack: comeBack.event,
    onDidSuspect: suspicion.event,
    isServerThere: () => events.connection.getState().status === 'connected',
    didReject: () => session.didReject(),
    // Asks the server for the session, too.
    didFail: () => session.didReject(),
  };
  const onDidGoSilent = () => {
    gate.giveUp();
    suspicion.fire();
  };
  const events: EventStream = owned.add(createEventStream({ origin, page: name, world, log, onDidGoSilent }));
  owned.add(onDidComeBack({ events, session }, () => comeBack.fire()));
  return { events, world, dispose: () => owned.dispose() };
}
