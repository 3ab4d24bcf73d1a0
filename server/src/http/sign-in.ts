import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@atelier-ide/contract';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Users } from '../studio/users.ts';
import type { User } from '../studio/user.ts';
import { type Authentication, credentialOfSession } from './authenticate.ts';
import type { Guard } from './guard.ts';
import type { HttpEnv } from './http-env.ts';
import type { LiveCredentials } from './live-credentials.ts';
import { loginPage, loginPageHeaders } from './login-page.ts';
import { apiHeaders, fail, signInRequired } from './problem-response.ts';
import type { Principal } from './principal.ts';
import { isJson, readBody } from './read-body.ts';
import { equalSecrets, type Sessions } from './sessions.ts';

export type SignInOptions = {
  authentication: Authentication;
  sessions: Sessions;
  live: LiveCredentials;
  guard: Guard;
  users: Users;
  serverId: string;
  /** Secret of the sign-in link. */
  linkSecret: string;
  /** A browser of this user is there: what the user always has may be started. */
  onDidSignIn: (user: User) => void;
};

const loginSchema = z.object({ token: z.string().max(512) });

async function tokenOf(request: IncomingMessage): Promise<string> {
  const text = await readBody(request, 4096);
  let body: unknown;
  try {
    body = isJson(request.headers['content-type']) ? JSON.parse(text) : undefined;
  } catch {
    // Not JSON: answered like a body without a token.
    body = undefined;
  }
  const parsed = loginSchema.safeParse(body);
  if (!parsed.success) throw fail('bad-input', 'Send the token as JSON: {"token": "…"}.', { path: 'token' });
  return parsed.data.token;
}

/** `/login`, `/session` and `/logout`: how a browser gets, checks and gives up its session. */
export function createSignIn(options: SignInOptions): Hono<HttpEnv> {
  const { authentication, sessions, live, guard, users, serverId, linkSecret, onDidSignIn } = options;
  const app = new Hono<HttpEnv>();
  const describe = (principal: Principal) => ({
    userId: principal.user.id,
    xsrfToken: principal.session?.xsrfToken ?? '',
    serverId,
  });

  app.get('/login', (c) => c.body(loginPage, 200, loginPageHeaders));

  app.post('/login', async (c) => {
    const { headers } = c.env.incoming;
    if (!guard.isOwnWrite(headers)) throw fail('forbidden', 'Sign in on the page of this server.');
    const token = await tokenOf(c.env.incoming);
    if (!equalSecrets(token, linkSecret)) throw new ProblemError(signInRequired());
    const user = users.all()[0];
    // A session that is still good goes on, so that other tabs keep their XSRF token.
    const current = sessions.read(headers.cookie);
    const session = user && (current?.userId === user.id ? current : sessions.create(user.id));
    const principal = session && authentication.ofSession(session);
    if (!session || !principal) throw fail('forbidden', 'This server has no user.');
    onDidSignIn(principal.user);
    c.header('Set-Cookie', sessions.cookieOf(session));
    return c.json(describe(principal), 200, apiHeaders);
  });

  app.get('/session', async (c) => {
    const { headers } = c.env.incoming;
    if (!guard.isOwnRead(headers))
      throw fail('forbidden', 'Only pages of this server may ask for the session.');
    const session = sessions.read(headers.cookie);
    const principal = session && authentication.ofSession(session);
    if (!principal) throw new ProblemError(signInRequired());
    onDidSignIn(principal.user);
    return c.json(describe(principal), 200, apiHeaders);
  });

  app.post('/logout', async (c) => {
    const { headers } = c.env.incoming;
    const session = sessions.read(headers.cookie);
    const principal = session && authentication.ofSession(session);
    if (!session || !principal) throw new ProblemError(signInRequired());
    const forgery = authentication.forgery(principal, headers);
    if (forgery) throw fail('forbidden', 'Only pages of this server may sign out.', { reason: forgery });
    await sessions.end(session);
    live.end(credentialOfSession(session));
    c.header('Set-Cookie', sessions.clearingCookie);
    return c.body(null, 204, apiHeaders);
  });
  return app;
}
