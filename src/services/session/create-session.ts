import {
  type Capabilities,
  type Me,
  type StudioClient,
  capabilitiesSchema,
  meSchema,
  ProblemError,
} from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Origin } from '../origin.ts';
import type { PageSignals } from '../page-signals.ts';
import { readProblem } from '../studio-api/read-problem.ts';
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
    refreshToken(): Promise<string | null>;
    /** The client is made after the session, because it needs its token. */
    useClient(client: StudioClient): void;
  };

export type SessionConfig = { origin: Origin; fetch: typeof fetch; page: PageSignals; log: LogService };

type Answer =
  | { kind: 'in'; token: string }
  | { kind: 'out'; loginUrl: string }
  | { kind: 'failed'; reason: string };

export function createSession(config: SessionConfig): Session {
  const store = createSessionStore();
  let token: string | null = null;
  let client: StudioClient | null = null;
  let asking: Promise<Answer> | null = null;

  async function ask(): Promise<Answer> {
    try {
      const response = await config.fetch(config.origin.http('/session'), {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { Accept: 'application/json' },
      });
      if (response.ok) return { kind: 'in', token: tokenOf(await response.json()) };
      const said = await readProblem(response);
      if (response.status === 401) return { kind: 'out', loginUrl: said.loginUrl ?? '/login' };
      return { kind: 'failed', reason: said.detail };
    } catch (error) {
      config.log.debug('The session could not be read', { error: String(error) });
      return { kind: 'failed', reason: 'The server cannot be reached.' };
    }
  }

  /** One question at a time, however many requests were refused. */
  async function read(): Promise<Answer> {
    asking ??= ask().finally(() => {
      asking = null;
    });
    const answer = await asking;
    token = answer.kind === 'in' ? answer.token : token;
    return answer;
  }

  async function enter(): Promise<boolean> {
    if (!client) throw new Error('The session has no client yet');
    const known = known_(store.getState());
    try {
      const [me, capabilities] = known
        ? [meSchema.parse(await client.call('getMe', {})), known.capabilities]
        : await Promise.all([client.call('getMe', {}), client.call('getCapabilities', {})]);
      if (known && known.me.userProfileId !== me.userProfileId) {
        store.setState(
          { status: 'failed', reason: `Signed in as ${me.displayName} now. Reload the page to go on.` },
          true,
        );
        return false;
      }
      store.setState({ status: 'signed-in', me, capabilities: capabilitiesSchema.parse(capabilities) }, true);
      return true;
    } catch (error) {
      const reason = error instanceof ProblemError ? error.problem.detail : 'The server cannot be reached.';
      if (!known) store.setState({ status: 'failed', reason }, true);
      return false;
    }
  }

  async function follow(answer: Answer): Promise<boolean> {
    const state = store.getState();
    const known = known_(state);
    switch (answer.kind) {
      case 'in':
        return state.status === 'signed-in' ? true : enter();
      case 'out':
        store.setState(
          known
            ? { status: 'expired', ...known, loginUrl: answer.loginUrl }
            : { status: 'signed-out', loginUrl: answer.loginUrl },
          true,
        );
        return false;
      case 'failed':
        // A server that does not answer is the connection's matter; only a page that never began shows it.
        if (!known) store.setState({ status: 'failed', reason: answer.reason }, true);
        return false;
    }
  }

  const retry = async () => follow(await read());
  const wake = config.page.onDidWake(() => {
    const { status } = store.getState();
    if (status !== 'signed-in' && status !== 'unknown') void retry();
  });

  return {
    store,
    start: async () => void (await retry()),
    retry,
    has(feature) {
      return known_(store.getState())?.capabilities.features.includes(feature) ?? false;
    },
    didReject() {
      if (store.getState().status === 'signed-in') void retry();
    },
    async signOut() {
      const headers = token === null ? undefined : { 'X-XSRF-Token': token };
      const response = await config.fetch(config.origin.http('/logout'), {
        method: 'POST',
        credentials: 'same-origin',
        ...(headers ? { headers } : {}),
      });
      if (!response.ok && response.status !== 401) throw new ProblemError(await readProblem(response));
      token = null;
      store.setState({ status: 'signed-out', loginUrl: '/login' }, true);
    },
    token: () => token,
    refreshToken: async () => {
      const answer = await read();
      return answer.kind === 'in' ? answer.token : null;
    },
    useClient(made) {
      client = made;
    },
    dispose: () => wake.dispose(),
  };
}

function known_(state: SessionState): { me: Me; capabilities: Capabilities } | null {
  return state.status === 'signed-in' || state.status === 'expired'
    ? { me: state.me, capabilities: state.capabilities }
    : null;
}

function tokenOf(answer: unknown): string {
  const { xsrfToken } = answer as { xsrfToken?: unknown };
  if (typeof xsrfToken !== 'string') throw new Error('GET /session gave no xsrfToken');
  return xsrfToken;
}
