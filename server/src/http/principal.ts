import type { Scope } from '@atelier-ide/contract';
import type { User } from '../studio/user.ts';

/** Who sends a request, and by what right. */
export type Principal = {
  user: User;
  /** Name of the session or token in `LiveCredentials`. */
  credential: string;
  scopes: ReadonlySet<Scope>;
  /** Time in ms since 1970 after which the credential is worthless; null = until revoked. */
  expiresAt: number | null;
  /** Present when a browser's cookie was the proof: such a request must also show that our own page sent it. */
  session?: { sid: string; xsrfToken: string };
};

export const allScopes: ReadonlySet<Scope> = new Set<Scope>(['read', 'write', 'compute']);
