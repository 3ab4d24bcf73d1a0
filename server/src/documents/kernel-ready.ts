import { type Kernel, ProblemError, problem } from '@atelier-ide/contract';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { BoundKernel } from './document-state.ts';

/** Slow disks need a while to import what a kernel needs. */
const answerMs = 120_000;

function failed(detail: string): ProblemError {
  return new ProblemError(problem('app-unreachable', detail, { code: 'kernel-start-failed' }));
}

/** True once it answers; throws when it never will. */
function isReady(kernel: Kernel | undefined): boolean {
  if (!kernel || kernel.state === 'dead')
    throw failed(`The kernel ended while it started. ${kernel?.cause ?? 'Look at the log of its app'}.`);
  return kernel.state === 'idle' || kernel.state === 'busy';
}

/** Resolves when the kernel answers; rejects with a problem when it ends or is silent, or with the signal's reason. */
export function whenKernelReady(
  kernels: Pick<KernelService, 'get' | 'onDidChange'>,
  { appId, kernelId }: BoundKernel,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        signal.throwIfAborted();
        if (isReady(kernels.get(appId, kernelId))) settle();
      } catch (error) {
        settle(error as Error);
      }
    };
    const silence = setTimeout(
      () =>
        settle(failed(`The kernel did not answer within ${answerMs / 1000} s. Look at the log of its app.`)),
      answerMs,
    ).unref();
    const stop = kernels.onDidChange((kernel) => {
      if (kernel.id === kernelId && kernel.appId === appId) look();
    });
    function settle(error?: Error): void {
      clearTimeout(silence);
      stop();
      signal.removeEventListener('abort', look);
      if (error) reject(error);
      else resolve();
    }
    signal.addEventListener('abort', look);
    look();
  });
}
