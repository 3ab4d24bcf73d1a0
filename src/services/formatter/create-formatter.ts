import type { ComputeService } from '../compute/compute-service.ts';
import { createAppRequest, rootOf, withSignal } from '../files/requests.ts';
import type { SessionService } from '../session/session-service.ts';
import type { Gate } from '../studio-api/gate.ts';
import type { FormatResult, FormatterService } from './formatter-service.ts';

/** What the formatter is made of. */
export type FormatterConfig = {
  gate: Gate;
  session: Pick<SessionService, 'has'>;
  compute: Pick<ComputeService, 'jupyterServer'>;
};

/** Asks the JupyterServer app, which has ruff. */
export function createFormatter({ gate, session, compute }: FormatterConfig): FormatterService {
  const request = createAppRequest(gate, async () => rootOf(await compute.jupyterServer()));
  return {
    canFormat(language) {
      if (!session.has('format')) return { reason: 'This backend offers no formatter' };
      return language === 'python'
        ? true
        : { reason: `There is no formatter for ${language || 'this language'}` };
    },
    async format({ path, language, sources }, signal) {
      const response = await request('studio/format', {
        method: 'POST',
        body: JSON.stringify({ path, language, sources }),
        headers: { 'Content-Type': 'application/json' },
        ...withSignal(signal),
      });
      const answer = (await response.json()) as { results: readonly FormatResult[] };
      if (answer.results.length !== sources.length)
        throw new Error('The formatter left out some of the code');
      return answer.results;
    },
  };
}
