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

/** The end of an app that was gone when the server was started again. */
export function awayWords(type: AppType): string {
  return `${names[type]} ended while the server was away. Your files are kept. Start it again.`;
}
