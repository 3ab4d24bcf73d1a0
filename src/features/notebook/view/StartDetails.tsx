import '../command-args.ts';
import type { App } from '@atelier-ide/contract';
import { useServices } from '@/services/use-services.ts';

/** The end of the log of a start that failed, folded; the whole of it where the backend keeps logs. */
export function StartDetails({ app }: { app: App | undefined }) {
  const { session, commands } = useServices();
  const tail = app?.failure?.log?.trimEnd();
  if (!app || !tail) return null;
  return (
    <details className="at-start-details">
      <summary>Details</summary>
      <pre tabIndex={0}>{tail}</pre>
      {session.has('logs') ? (
        <button type="button" onClick={() => void commands.run('compute.showLog', { of: 'app', id: app.id })}>
          Show the whole log
        </button>
      ) : null}
    </details>
  );
}
