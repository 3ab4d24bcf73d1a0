import { createHash } from 'node:crypto';

/*
 * The sign-in page. It stands alone (no file of the SPA), takes the token out of the address before anything else, sends
 * it by POST, and goes to `/` of this origin: where it goes is not taken from the address.
 */

const style = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { width: min(26rem, 100vw - 3rem) }
h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 .5rem }
form { display: grid; gap: .5rem; margin-top: 1rem }
input, button { font: inherit; padding: .5rem .75rem; border-radius: 6px; border: 1px solid GrayText }
button { cursor: pointer }
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
<h1>Atelier</h1>
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
