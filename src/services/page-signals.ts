import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter, type Event } from '@/base/emitter.ts';

/** What the page learns of its surroundings that services act on. */
export type PageSignals = Disposable & {
  /** A good moment to try again: the page came into view or is no longer frozen, the window got the focus. */
  readonly onDidWake: Event<void>;
  /**
   * Lines that were open may be dead without a close event: the network came back, or the page was hidden for so
   * long that the machine may have slept.
   */
  readonly onDidMaybeLose: Event<void>;
  /** Somebody signed in in another tab of this browser. */
  readonly onDidSignInElsewhere: Event<void>;
  /** Lets the other tabs know that somebody has signed in here. */
  tellSignIn(): void;
};

const LONG_HIDDEN_MS = 60_000;
const SIGN_IN_CHANNEL = 'atelier-sign-in';

/** Listens to a window; with none (tests, workers) nothing ever fires. */
export function createPageSignals(page: Window | undefined, now: () => number): PageSignals {
  const wake = new Emitter<void>();
  const lose = new Emitter<void>();
  const owned = new DisposableStore();
  owned.add(wake);
  owned.add(lose);
  const signIn = owned.add(new Emitter<void>());
  const others = page ? new BroadcastChannel(SIGN_IN_CHANNEL) : null;
  if (others) {
    others.onmessage = () => signIn.fire();
    owned.add(toDisposable(() => others.close()));
  }
  if (page) {
    let hiddenAt: number | null = null;
    const listen = (target: EventTarget, name: string, run: () => void) => {
      target.addEventListener(name, run);
      owned.add(toDisposable(() => target.removeEventListener(name, run)));
    };
    listen(page, 'online', () => {
      lose.fire();
      wake.fire();
    });
    listen(page, 'focus', () => wake.fire());
    listen(page, 'pageshow', () => wake.fire());
    listen(page.document, 'resume', () => wake.fire());
    listen(page.document, 'visibilitychange', () => {
      if (page.document.visibilityState === 'hidden') {
        hiddenAt = now();
        return;
      }
      if (hiddenAt !== null && now() - hiddenAt > LONG_HIDDEN_MS) lose.fire();
      hiddenAt = null;
      wake.fire();
    });
  }
  return {
    onDidWake: wake.event,
    onDidMaybeLose: lose.event,
    onDidSignInElsewhere: signIn.event,
    tellSignIn: () => others?.postMessage(null),
    dispose: () => owned.dispose(),
  };
}
