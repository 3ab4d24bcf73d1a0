import type { Capabilities, Feature, Me } from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';

/** Who is signed in, or why nobody is. */
export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed-out'; loginUrl: string }
  | { status: 'signed-in'; me: Me; capabilities: Capabilities }
  /** Was signed in; the work stays on the page until the person signs in again. */
  | { status: 'expired'; me: Me; capabilities: Capabilities; loginUrl: string }
  | { status: 'failed'; reason: string };

/** Who is signed in and what the backend offers. Every 401 of any client arrives at `didReject`. */
export type SessionService = {
  readonly store: StoreApi<SessionState>;
  start(): Promise<void>;
  has(feature: Feature): boolean;
  didReject(): void;
  /** Tries the session again, e.g. after the person signed in within another tab. */
  retry(): Promise<boolean>;
  /** Signs in with the token of the printed link, without leaving the page. Null when it worked, else what to do. */
  signIn(token: string): Promise<string | null>;
  signOut(): Promise<void>;
};
