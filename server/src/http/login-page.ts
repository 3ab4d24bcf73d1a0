import { createHash } from 'node:crypto';

/*
 * The sign-in page. It stands alone (no file of the SPA), takes the token out of the address before anything else, sends
 * it by POST, and goes to `/` of this origin: where it goes is not taken from the address.
 */

/** Tokens of the product's themes (src/ui/tokens.css): a test holds them to it. */
const style = `
:root { color-scheme: light dark; --bg-chrome: #f5f6f8; --bg-raised: #ffffff; --bg-hover: #eceef2; --bg-canvas: #ffffff; --line-strong: #cdd2da; --line-control: #868e9b; --text: #1a1d23; --text-2: #474f5c; --accent: #2858cf; --accent-hover: #1f4ab5; --on-accent: #ffffff; --activity: #2858cf; --focus: #2858cf; }
@media (prefers-color-scheme: dark) { :root { --bg-chrome: #131518; --bg-raised: #22252b; --bg-hover: #262a30; --bg-canvas: #191b1f; --line-strong: #3b414a; --line-control: #747d8a; --text: #e4e7eb; --text-2: #b3bac4; --accent: #3e69dc; --accent-hover: #456edd; --on-accent: #ffffff; --activity: #7ea3ff; --focus: #7ea3ff; } }
@media (prefers-contrast: more) { :root { --bg-chrome: #ffffff; --bg-raised: #ffffff; --bg-hover: #e4e9f0; --bg-canvas: #ffffff; --line-strong: #2b313a; --line-control: #000000; --text: #000000; --text-2: #1c2128; --accent: #0a3a9e; --accent-hover: #072d7d; --on-accent: #ffffff; --activity: #0a3a9e; --focus: #8a2500; } }
@media (prefers-contrast: more) and (prefers-color-scheme: dark) { :root { --bg-chrome: #000000; --bg-raised: #000000; --bg-hover: #22303f; --bg-canvas: #000000; --line-strong: #c9d1d9; --line-control: #ffffff; --text: #ffffff; --text-2: #f0f3f6; --accent: #8cc8ff; --accent-hover: #b5dbff; --on-accent: #000000; --activity: #8cc8ff; --focus: #ffd60a; } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--bg-chrome); color: var(--text); font: 13px/20px Inter, system-ui, sans-serif }
main { width: min(456px, 100%); padding: 32px; border: 1px solid var(--line-strong); border-radius: 10px; background: var(--bg-raised) }
header { display: grid; gap: 12px; margin-bottom: 12px }
svg { flex: none; fill: none; stroke: var(--text); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round }
svg circle { fill: var(--activity); stroke: none }
h1 { margin: 0; font-size: 20px; font-weight: 600; line-height: 28px; letter-spacing: -.012em }
p { margin: 0; color: var(--text-2) }
form { display: grid; gap: 4px; margin-top: 16px }
label { font-size: 12px; font-weight: 520; line-height: 16px }
input, button { height: 32px; font: inherit; border-radius: 6px }
input { width: 100%; padding: 0 8px; border: 1px solid var(--line-control); background: var(--bg-canvas); color: var(--text) }
button { justify-self: end; margin-top: 12px; padding: 0 16px; border: 1px solid transparent; background: var(--accent); color: var(--on-accent); font-weight: 520; cursor: pointer }
button:hover { background: var(--accent-hover) }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
input:focus-visible { border-color: var(--focus); outline-width: 1px; outline-offset: 0 }
[hidden] { display: none }
`;

const script = `
const query = new URLSearchParams(location.search);
const given = query.get('token');
query.delete('token');
const rest = query.size > 0 ? '?' + query : '';
history.replaceState(null, '', location.pathname + rest);
const text = document.getElementById('text');
const form = document.getElementById('form');
const field = document.getElementById('link');
const enter = () => location.replace('/' + rest);
const ask = (message) => { text.textContent = message; form.hidden = false; field.focus(); };
async function signIn(token) {
  text.textContent = 'Signing in…';
  try {
    const answer = await fetch('/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return enter();
    if (answer.status === 401 && (await fetch('/session')).ok) return enter();
    ask('This sign-in link is not valid any more. Use the one that the server printed when it last started.');
  } catch {
    ask('The server does not answer. Check that it runs, then try again.');
  }
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const entered = field.value.trim();
  const inLink = /[?&]token=([^&#]+)/.exec(entered);
  signIn(inLink ? decodeURIComponent(inLink[1]) : entered);
});
if (given) signIn(given);
else ask('Open the sign-in link that the server printed when it started, or enter it here.');
`;

export const loginPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – Atelier</title>
<style>${style}</style>
<main>
<header>
<svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20.5 12 4l8 16.5"/><circle cx="12" cy="17.5" r="2.2"/></svg>
<h1>Sign in to Atelier</h1>
</header>
<p id="text" role="status">Signing in…</p>
<form id="form" hidden>
<label for="link">Sign-in link</label>
<input id="link" name="link" autocomplete="off" spellcheck="false" required>
<button>Sign in</button>
</form>
<noscript>Signing in needs JavaScript.</noscript>
</main>
<script>${script}</script>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const loginPageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;
