import type { AppType } from '@atelier-ide/contract';

const names: Record<AppType, string> = { JupyterServer: 'The file server', KernelGateway: 'The app' };

/** How an app ended, what is kept, what to do. */
export function exitWords(type: AppType, code: number | null, signal: string | null): string {
  const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by ${signal}`;
  const rest =
    type === 'JupyterServer'
      ? 'Your files are kept. System terminals ended with it.'
      : 'Its kernels ended with it. Your files are kept. Start it again.';
  return `${names[type]} was ended ${how}. ${rest}`;
}
