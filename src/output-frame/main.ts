/**
 * Start of the sandboxed document in which outputs with script run. It has no origin, so it reaches neither page, storage
 * nor network; its policy comes with its headers (server/src/http/static.ts). It listens to its parent once, for the port.
 */
import { FrameOutputs } from './frame-outputs.ts';
import { hello } from './protocol.ts';

// No connection that a policy of contents does not know of.
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'RTCDataChannel'])
  Reflect.deleteProperty(globalThis, name);

function start(event: MessageEvent): void {
  const [port] = event.ports;
  const { kind, isolated } = (event.data ?? {}) as { kind?: unknown; isolated?: unknown };
  if (event.source !== window.parent || kind !== hello || !port) return;
  window.removeEventListener('message', start);
  new FrameOutputs(port, isolated === true).start();
}

window.addEventListener('message', start);
