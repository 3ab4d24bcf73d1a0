import {
  type Capabilities,
  type Feature,
  type Me,
  ProblemError,
  type StudioClient,
} from '@atelier-ide/contract';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Origin } from '../origin.ts';
import type { PageSignals } from '../page-signals.ts';
import { readProblem } from '../studio-api/read-problem.ts';
import { askSession, sendToken, type SessionAnswer, unreachable } from './ask-session.ts';
import type { SessionService, SessionState } from './session-service.ts';
import { createSessionStore } from './session-store.ts';

/**
 * Owns what the page knows of its sign-in. A 401 does not end the session by itself: the server is asked first,
 * because another tab may have signed in again and then only our token was old. Nothing is thrown away when the
 * session has expired; `me` and `capabilities` stay for the work on the page.
 */
export type Session = SessionService &
  Disposable & {
    token(): string | null;
    /** The token as the server gives it now, or null when nobody is signed in. */
    refreshToken(): Promise<string | null>;
    /** The client is made after the session, because it needs its token. */
    useClient(client: StudioClient): void;
  };

/** What the session service is made of. */
export type SessionConfig = { origin: Origin; fetch: typeof fetch; page: PageSignals; log: LogService };

/** Makes the session service; nobody is signed in until the server has said so. */
export function createSession(config: SessionConfig): Session {
  return new PageSession(config);
}

class PageSession implements Session {
  readonly store = createSessionStore();
  readonly #config: SessionConfig;
  readonly #owned = new DisposableStore();
  #token: string | null = null;
  #client: StudioClient | null = null;
  #asking: Promise<SessionAnswer> | null = null;

  constructor(config: SessionConfig) {
    this.#config = config;
    const lookAgain = () => {
      const { status } = this.store.getState();
      if (status !== 'signed-in' && status !== 'unknown') void this.retry();
    };
    this.#owned.add(config.page.onDidWake(lookAgain));
    this.#owned.add(config.page.onDidSignInElsewhere(lookAgain));
  }

  useClient(client: StudioClient): void {
    this.#client = client;
  }

  async start(): Promise<void> {
    await this.retry();
  }

  async retry(): Promise<boolean> {
    const answer = await this.#ask();
    const state = this.store.getState();
    const known = knownOf(state);
    switch (answer.kind) {
      case 'in':
        return state.status === 'signed-in' ? true : this.#enter(known);
      case 'out':
        this.#become(
          known
            ? { status: 'expired', ...known, loginUrl: answer.loginUrl }
            : { status: 'signed-out', loginUrl: answer.loginUrl },
        );
        return false;
      case 'failed':
        // A server that does not answer is the connection's matter; only a page that never began shows it.
        if (!known) this.#become({ status: 'failed', reason: answer.reason });
        return false;
    }
  }

  has(feature: Feature): boolean {
    return knownOf(this.store.getState())?.capabilities.features.includes(feature) ?? false;
  }

  didReject(): void {
    if (this.store.getState().status === 'signed-in') void this.retry();
  }

  async signIn(token: string): Promise<string | null> {
    const { origin, fetch: send, log } = this.#config;
    const problem = await sendToken(origin.http('/login'), token, { send, log });
    if (problem !== null) return problem;
    await this.retry();
    // Another person's session is told in the place of the work, not at the field.
    return this.store.getState().status === 'expired' ? unreachable : null;
  }

  async signOut(): Promise<void> {
    const response = await this.#config.fetch(this.#config.origin.http('/logout'), {
      method: 'POST',
      credentials: 'same-origin',
      headers: this.#token === null ? {} : { 'X-XSRF-Token': this.#token },
    });
    if (!response.ok && response.status !== 401) throw new ProblemError(await readProblem(response));
    this.#token = null;
    this.#become({ status: 'signed-out', loginUrl: '/login' });
  }

  token(): string | null {
    return this.#token;
  }

  async refreshToken(): Promise<string | null> {
    const answer = await this.#ask();
    return answer.kind === 'in' ? answer.token : null;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** One question at a time, however many requests were refused. */
  async #ask(): Promise<SessionAnswer> {
    const { origin, fetch: send, log } = this.#config;
    this.#asking ??= askSession(origin.http('/session'), send, log).finally(() => {
      this.#asking = null;
    });
    const answer = await this.#asking;
    if (answer.kind === 'in') this.#token = answer.token;
    return answer;
  }

  async #enter(known: Known | null): Promise<boolean> {
    const client = this.#client;
    if (!client) throw new Error('The session has no client yet');
    try {
      const me = await client.call('getMe', {});
      const capabilities = await client.call('getCapabilities', {});
      if (known && known.me.userProfileId !== me.userProfileId) {
        this.#become({
          status: 'failed',
          reason: `Signed in as ${me.displayName} now. Reload the page to go on.`,
        });
        return false;
      }
      this.#become({ status: 'signed-in', me, capabilities });
      this.#config.page.tellSignIn();
      return true;
    } catch (error) {
      this.#config.log.warn('The session was not read', { error: String(error) });
      const reason = error instanceof ProblemError ? error.problem.detail : unreachable;
      if (!known) this.#become({ status: 'failed', reason });
      return false;
    }
  }

  #become(state: SessionState): void {
    this.store.setState(state, true);
  }
}

type Known = { me: Me; capabilities: Capabilities };

function knownOf(state: SessionState): Known | null {
  const isKnown = state.status === 'signed-in' || state.status === 'expired';
  return isKnown ? { me: state.me, capabilities: state.capabilities } : null;
}
