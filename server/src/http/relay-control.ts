import type { ServerResponse } from 'node:http';
import type { KernelService } from '../kernels/kernel-service.ts';
import { kernelControl } from './relay-path.ts';

/** What is asked of an app, and whom its answer goes to. */
export type AskedOfApp = { appId: string; path: string; method: string; response: ServerResponse };

/**
 * Tells the hub that a restart, interrupt or end of a kernel is about to be passed on, and once how that ended: by the
 * status that goes to what is returned, or, where the app never answers, by the end of the response.
 */
export function tellOfControl(
  kernels: Pick<KernelService, 'willControl' | 'didControl' | 'didNotControl'>,
  { appId, path, method, response }: AskedOfApp,
): (status: number) => void {
  const control = kernelControl(path, method);
  if (!control) return () => undefined;
  const { kernelId, verb } = control;
  let hasEnded = false;
  const end = (isDone: boolean): void => {
    if (hasEnded) return;
    hasEnded = true;
    if (isDone) kernels.didControl(appId, kernelId, verb);
    else kernels.didNotControl(appId, kernelId, verb);
  };
  kernels.willControl(appId, kernelId, verb);
  if (response.closed) end(false);
  else response.on('close', () => end(false));
  return (status) => end(status >= 200 && status < 300);
}
