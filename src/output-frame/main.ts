/**
 * Start of the sandboxed document in which outputs with script run. It has no origin, so it reaches neither page, storage
 * nor network; its policy comes with its headers (server/src/http/static.ts). It listens to its parent once, for the port.
 */
import codeFont from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url';
import textFont from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';
import { FrameOutputs } from './frame-outputs.ts';
import { lockDown } from './lock-down.ts';
import { hello } from './protocol.ts';

lockDown();

function start(event: MessageEvent): void {
  const [port] = event.ports;
  const { kind, isolated } = (event.data ?? {}) as { kind?: unknown; isolated?: unknown };
  if (event.source !== window.parent || kind !== hello || !port) return;
  window.removeEventListener('message', start);
  new FrameOutputs(port, isolated === true).start();
}

// Loaded when text uses them.
for (const [family, path] of [
  ['Inter Variable', textFont],
  ['JetBrains Mono Variable', codeFont],
] as const)
  document.fonts.add(
    new FontFace(family, `url(${new URL(path, import.meta.url).href})`, { weight: '100 800' }),
  );

window.addEventListener('message', start);
