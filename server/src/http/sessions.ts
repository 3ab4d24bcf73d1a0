import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.ts';

/*
 * Browser sessions. A session is a cookie signed with a key of the store, so that it outlives the server; nothing is
 * kept of it but a short list of those that were signed out before their time.
 */

export const sessionIdleMs = 7 * 24 * 60 * 60_000;
/** A cookie older than this is replaced by one with a new time at the next request. */
const renewAfterMs = 60 * 60_000;

export type Session = { sid: string; userId: string; seenAt: number };

export type Sessions = {
  cookieName: string;
  create(userId: string): Session;
  /** The session of a Cookie header, when it is genuine, not idle for too long and not signed out. */
  read(cookieHeader: string | undefined): Session | undefined;
  /** Set-Cookie for the session, used now. */
  cookieOf(session: Session): string;
  /** Set-Cookie when the browser's cookie has grown old. */
  renewal(session: Session): string | undefined;
  expiresAt(session: Session): number;
  xsrfTokenOf(session: Session): string;
  /** Signs out. */
  end(session: Session): Promise<void>;
  clearingCookie: string;
};

export type SessionsOptions = { store: Store; serverId: string; rotateKey: boolean; now: () => number };

export function equalSecrets(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Values of a cookie by name, as sent: a name may come more than once. */
function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

const endedFact = 'sessions.ended';

async function readEnded(store: Store): Promise<Map<string, number>> {
  const value = JSON.parse((await store.facts.get(endedFact)) ?? '[]') as [string, number][];
  return new Map(value);
}

async function readKey(store: Store, rotate: boolean): Promise<string> {
  const known = await store.facts.get('sessions.key');
  if (known !== undefined && !rotate) return known;
  const made = randomBytes(32).toString('base64url');
  await store.facts.set('sessions.key', made);
  return made;
}

/** Makes the sessions of this server. `rotateKey` signs every browser out. */
export async function createSessions(options: SessionsOptions): Promise<Sessions> {
  const { store, serverId, rotateKey, now } = options;
  const key = await readKey(store, rotateKey);
  const ended = await readEnded(store);
  const cookieName = `__Host-atelier-${serverId.slice(0, 8)}`;
  const attributes = 'Path=/; HttpOnly; Secure; SameSite=Lax';
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');

  const parse = (value: string): Session | undefined => {
    const [user, sid, seen, mac, rest] = value.split('.');
    if (user === undefined || sid === undefined || seen === undefined || mac === undefined) return undefined;
    if (rest !== undefined || !equalSecrets(mac, sign(`session.${user}.${sid}.${seen}`))) return undefined;
    const session = {
      sid,
      userId: Buffer.from(user, 'base64url').toString(),
      seenAt: Number.parseInt(seen, 36),
    };
    return session.seenAt + sessionIdleMs <= now() || ended.has(sid) ? undefined : session;
  };
  const cookieOf = (session: Session): string => {
    const user = Buffer.from(session.userId).toString('base64url');
    const body = `${user}.${session.sid}.${now().toString(36)}`;
    return `${cookieName}=${body}.${sign(`session.${body}`)}; ${attributes}; Max-Age=${sessionIdleMs / 1000}`;
  };
  return {
    cookieName,
    clearingCookie: `${cookieName}=; ${attributes}; Max-Age=0`,
    create: (userId) => ({ sid: randomBytes(18).toString('base64url'), userId, seenAt: now() }),
    read: (header) =>
      cookieValues(header, cookieName)
        .map(parse)
        .find((session) => session !== undefined),
    cookieOf,
    renewal: (session) => (session.seenAt + renewAfterMs <= now() ? cookieOf(session) : undefined),
    // Any request may renew the cookie, so the end is counted from now.
    expiresAt: () => now() + sessionIdleMs,
    xsrfTokenOf: (session) => sign(`xsrf.${session.sid}`),
    async end(session) {
      ended.set(session.sid, now() + sessionIdleMs);
      for (const [sid, forgetAt] of ended) if (forgetAt <= now()) ended.delete(sid);
      await store.facts.set(endedFact, JSON.stringify([...ended]));
    },
  };
}
