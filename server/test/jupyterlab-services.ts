/** The one place where tests of the server reach JupyterLab's own client, a CommonJS package. */
import services from '@jupyterlab/services';
export type { Kernel } from '@jupyterlab/services';

export const { KernelConnection, KernelMessage, ServerConnection } = services;
export type KernelConnection = InstanceType<typeof services.KernelConnection>;
