import type { StudioEvent } from '@atelier-ide/contract';
import { Emitter } from '@/base/emitter.ts';
import { createFakeConnectionStore } from './fake-events-store.ts';
import type { ConnectionState, EventStream } from './studio-api/event-stream.ts';

/** An event stream that the test speaks on. */
export function createFakeEvents(): {
  stream: EventStream;
  fire(event: StudioEvent): void;
  become(status: ConnectionState['status']): void;
} {
  const connection = createFakeConnectionStore();
  const received = new Emitter<StudioEvent>();
  return {
    stream: {
      connection,
      onDidReceive: received.event,
      start: () => connection.setState({ status: 'connected' }),
      retryNow: () => connection.setState({ status: 'connected' }),
      dispose: () => received.dispose(),
    },
    fire: (event) => received.fire(event),
    become: (status) => connection.setState({ status }),
  };
}
