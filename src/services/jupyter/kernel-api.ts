import { KernelAPI, ServerConnection } from '@jupyterlab/services';
import { type Problem, ProblemError, problem } from '@atelier-ide/contract';
import type { Gate } from '../studio-api/gate.ts';
import { readProblem } from '../studio-api/read-problem.ts';

/**
 * Jupyter's REST calls for one kernel, by @jupyterlab/services with its `fetch` replaced: ours puts in the XSRF token,
 * tells the session of a 401 and keeps what the server said, which the library would drop. All defaults that it would
 * read from the page (base address, token, PageConfig) are given, so that two backends can be used side by side.
 */
export type KernelApi = {
  /**
   * State that the server tells, or null when there is no such kernel: only its own list is believed, because a 404 may
   * be the page of a proxy.
   */
  state(): Promise<string | null>;
  interrupt(): Promise<void>;
  restart(): Promise<void>;
  shutdown(): Promise<void>;
};

/** Jupyter’s REST calls of kernels. */
export function createKernelApi(gate: Gate, appUrl: string, kernelId: string): KernelApi {
  async function call<T>(run: (settings: ServerConnection.ISettings) => Promise<T>): Promise<T> {
    let said: Problem | null = null;
    const settings = ServerConnection.makeSettings({
      baseUrl: appUrl,
      wsUrl: appUrl.replace(/^http/, 'ws'),
      appUrl: '',
      token: '',
      appendToken: false,
      init: { cache: 'no-cache', credentials: 'same-origin' },
      fetch: async (input, init) => {
        const response = await gate.fetch(input, init);
        if (!response.ok) said = await readProblem(response.clone());
        return response;
      },
    });
    try {
      return await run(settings);
    } catch (error) {
      if (said) throw new ProblemError(said);
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProblemError(problem('app-unreachable', `The server cannot be reached: ${reason}`));
    }
  }

  return {
    state: () =>
      call(async (settings) => {
        const model = await KernelAPI.getKernelModel(kernelId, settings);
        const listed = model ? [model] : await KernelAPI.listRunning(settings);
        const found = listed.find(({ id }) => id === kernelId);
        return found ? (found.execution_state ?? 'unknown') : null;
      }),
    interrupt: () => call((settings) => KernelAPI.interruptKernel(kernelId, settings)),
    restart: () => call((settings) => KernelAPI.restartKernel(kernelId, settings)),
    shutdown: () => call((settings) => KernelAPI.shutdownKernel(kernelId, settings)),
  };
}
