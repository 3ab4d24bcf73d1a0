import type {
  App,
  CreateApp,
  Domain,
  Environment,
  Image,
  Instance,
  InstanceType,
  Kernel,
  Usage,
} from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';

/** What runs and what could run, as the server told last. */
export type ComputeState = {
  isLoaded: boolean;
  domain: Domain | null;
  images: readonly Image[];
  instanceTypes: readonly InstanceType[];
  apps: readonly App[];
  instances: readonly Instance[];
  /** Kernels of all apps of the user, with their state; one that ended leaves. */
  kernels: readonly Kernel[];
  /** The newest reading of each instance, by its id; absent where the backend measures nothing (feature `usage`). */
  usage: Readonly<Record<string, Usage>>;
};

/** Images, instance types, apps and instances, kept true by events (no polling). */
export type ComputeService = {
  readonly store: StoreApi<ComputeState>;
  start(): Promise<void>;
  /** The user's JupyterServer app once it answers. Waits for it; rejects with a problem when it failed. */
  jupyterServer(): Promise<App>;
  createApp(request: CreateApp): Promise<App>;
  /** Resolves when the app is InService; rejects with a problem when it fails or ends first. */
  whenInService(appId: string, signal?: AbortSignal): Promise<App>;
  removeApp(appId: string): Promise<void>;
  removeInstance(instanceId: string): Promise<void>;
  /** The environment for new notebooks and image terminals: last chosen, else the domain's defaults. */
  defaultEnvironment(): Environment;
  rememberEnvironment(environment: Environment): void;
};
