import { ProblemError } from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { ComputeService } from '../compute/compute-service.ts';
import type { LineWorld } from '../line.ts';
import type { Gate } from '../studio-api/gate.ts';
import { readProblem } from '../studio-api/read-problem.ts';
import { createTerminalChannel } from './terminal-channel.ts';
import type { TerminalChannel, TerminalsService } from './terminals-service.ts';

/** Terminals of the user's apps over Jupyter's REST calls and sockets. */
export type TerminalsConfig = {
  gate: Gate;
  compute: Pick<ComputeService, 'whenInService'>;
  lines: LineWorld;
  log: LogService;
};

/** Makes the terminals service. */
export function createTerminals(config: TerminalsConfig): TerminalsService & Disposable {
  const { gate } = config;
  const open = new Set<TerminalChannel>();

  async function rootOf(appId: string): Promise<string> {
    const { endpoint } = await config.compute.whenInService(appId);
    if (!endpoint) throw new Error(`The app ${appId} has no address`);
    return endpoint.baseUrl;
  }

  async function request(appId: string, path: string, init?: RequestInit): Promise<Response> {
    const response = await gate.fetch(gate.origin.http((await rootOf(appId)) + path), {
      cache: 'no-store',
      ...init,
    });
    if (!response.ok) throw new ProblemError(await readProblem(response));
    return response;
  }

  return {
    async list(appId) {
      const answer = (await (await request(appId, 'api/terminals')).json()) as { name: string }[];
      return answer.map((one) => one.name);
    },
    async create(appId, cwd) {
      const body = JSON.stringify(cwd === undefined ? {} : { cwd });
      const headers = { 'Content-Type': 'application/json' };
      const response = await request(appId, 'api/terminals', { method: 'POST', body, headers });
      return ((await response.json()) as { name: string }).name;
    },
    async attach(appId, name) {
      const root = await rootOf(appId);
      const channel = createTerminalChannel({
        appId,
        name,
        url: gate.origin.ws(`${root}terminals/websocket/${encodeURIComponent(name)}`),
        world: config.lines,
        log: config.log,
      });
      open.add(channel);
      return {
        appId,
        name,
        store: channel.store,
        onDidReceive: channel.onDidReceive,
        send: (data) => channel.send(data),
        resize: (rows, columns) => channel.resize(rows, columns),
        dispose() {
          open.delete(channel);
          channel.dispose();
        },
      };
    },
    async shutdown(appId, name) {
      try {
        await request(appId, `api/terminals/${encodeURIComponent(name)}`, { method: 'DELETE' });
      } catch (error) {
        // Ended already, which is what was asked for.
        if (!(error instanceof ProblemError) || error.problem.status !== 404) throw error;
      }
    },
    dispose() {
      for (const channel of open) channel.dispose();
      open.clear();
    },
  };
}
