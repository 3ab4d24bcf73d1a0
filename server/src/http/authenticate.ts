import type { IncomingHttpHeaders } from 'node:http';
import type { Users } from '../studio/users.ts';
import { equalSecrets, type Session, type Sessions } from './sessions.ts';
import type { Guard } from './guard.ts';
import type { LiveCredentials } from './live-credentials.ts';
import { credentialOfToken, type PersonalTokens } from './personal-tokens.ts';
import { allScopes, type Principal } from './principal.ts';

export type Authentication = {
  /** Who sends these headers; undefined when nobody is signed in. A token that is not good is not replaced by a cookie. */
  of(headers: IncomingHttpHeaders): Promise<Principal | undefined>;
  ofSession(session: Session): Principal | undefined;
  /** Set-Cookie that keeps the session alive, when it is due. */
  renewal(headers: IncomingHttpHeaders): string | undefined;
  /** Why a write by this principal is refused; undefined = it may pass. */
  forgery(principal: Principal, headers: IncomingHttpHeaders): 'origin' | 'xsrf' | undefined;
};

export type AuthenticationOptions = {
  sessions: Sessions;
  tokens: PersonalTokens;
  users: Users;
  live: LiveCredentials;
  guard: Guard;
};

export const credentialOfSession = (session: Session): string => `session:${session.sid}`;

const secretOf = (authorization: string | undefined): string | undefined =>
  /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? '')?.[1];

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { sessions, tokens, users, live, guard } = options;
  const ofSession = (session: Session): Principal | undefined => {
    const user = users.byId(session.userId);
    if (!user) return undefined;
    const credential = credentialOfSession(session);
    const expiresAt = sessions.expiresAt(session);
    live.renew(credential, expiresAt);
    const { sid } = session;
    return {
      user,
      credential,
      scopes: allScopes,
      expiresAt,
      session: { sid, xsrfToken: sessions.xsrfTokenOf(session) },
    };
  };
  const ofToken = async (secret: string): Promise<Principal | undefined> => {
    const record = await tokens.verify(secret);
    const user = record && users.byId(record.userId);
    if (!record || !user) return undefined;
    const expiresAt = record.expiresAt === null ? null : Date.parse(record.expiresAt);
    return { user, credential: credentialOfToken(record.id), scopes: new Set(record.scopes), expiresAt };
  };
  return {
    ofSession,
    of(headers) {
      const secret = secretOf(headers.authorization);
      if (secret !== undefined) return ofToken(secret);
      const session = sessions.read(headers.cookie);
      return Promise.resolve(session && ofSession(session));
    },
    renewal(headers) {
      const session = sessions.read(headers.cookie);
      return session && sessions.renewal(session);
    },
    forgery({ session }, headers) {
      if (!session) return undefined;
      if (!guard.isOwnWrite(headers)) return 'origin';
      const sent = headers['x-xsrf-token'];
      return typeof sent === 'string' && equalSecrets(sent, session.xsrfToken) ? undefined : 'xsrf';
    },
  };
}
