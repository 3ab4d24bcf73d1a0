import type {
  AppType,
  Enforcement,
  Feature,
  FoundEnvironment,
  Image,
  InstanceType,
  LogText,
  PhaseName,
} from '@atelier-ide/contract';

/**
 * The driver seam. All that the server knows of an app goes through here and through the app's own HTTP API, so that
 * a pod answers the same way as a process. No file outside `drivers/local` reads an app's files, /proc or pid.
 */
export type Driver = {
  readonly name: string;
  /** Features of the contract that this driver can serve. */
  readonly features: readonly Feature[];
  /** True when there is exactly one app, of both types at once, that the driver neither starts nor ends. */
  readonly singleApp: boolean;
  /** Gets ready to start apps (zygote, connection). Throws a `StartupError` with one sentence that says what to do. */
  prepare(): Promise<void>;
  images(): Promise<readonly Image[]>;
  onDidChangeImages(listener: (image: Image) => void): () => void;
  instanceTypes(): Promise<readonly InstanceType[]>;
  /** How limits of an instance are enforced here; `none` with a reason is an honest answer. */
  enforcement(): Enforcement;
  startInstance(spec: InstanceSpec, signal: AbortSignal): Promise<void>;
  endInstance(instanceId: string): Promise<void>;
  /**
   * Starts an app and resolves when its Jupyter API answers. Reports phases as they begin. When `signal` aborts, what
   * was begun is undone before the promise rejects. Rejects with `AppStartError`.
   */
  startApp(spec: AppSpec, onPhase: (phase: PhaseName) => void, signal: AbortSignal): Promise<RunningApp>;
  /**
   * Present where apps outlive a server that is killed. Goes on with those of `kept` that live, says how the others
   * ended, and ends whatever else an earlier server left. Called once, before anything is started.
   */
  adopt?(kept: readonly KeptApp[]): Promise<ReadonlyMap<string, RunningApp | AppExit>>;
  /** What an app has written, from its first line on, also while it starts and after it failed; null = nothing kept. */
  appLog?(appId: string): Promise<LogText | null>;
  /** Present where images can be made, tried again and added by users (feature `environments`). */
  readonly imageMaking?: ImageMaking;
  /** Ends everything this driver started; idempotent. */
  close(): Promise<void>;
};

/** Images that come into being while the server runs. Changes are told by `onDidChangeImages`. Throws problems. */
export type ImageMaking = {
  log(imageId: string): Promise<LogText>;
  retry(imageId: string): Promise<Image>;
  /** Looks through the user's home, bounded in depth and time. */
  found(userId: string): Promise<readonly FoundEnvironment[]>;
  create(userId: string, environmentId: string): Promise<{ image: Image; created: boolean }>;
  remove(userId: string, imageId: string): Promise<void>;
};

export type InstanceSpec = { instanceId: string; userId: string; type: InstanceType | null };

export type AppSpec = {
  appId: string;
  userId: string;
  type: AppType;
  /** Public relay path, `/jupyter/{user}/{app}/`; apps we start serve under it, so nothing is rewritten. */
  baseUrl: string;
  image: Image | null;
  instanceId: string | null;
};

/** An app of an earlier server, with what its `RunningApp.kept` said. */
export type KeptApp = { spec: AppSpec; instance: InstanceSpec | null; kept: string };

export type RunningApp = {
  endpoint: AppEndpoint;
  /** By what `adopt` finds it again; only the driver reads it. A secret. */
  kept?: string;
  identity: { uid: number | null; gid: number | null; mountPath: string };
  /** Ends the app with all its kernels and terminals; resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Called once when the app ends without `stop`. */
  onDidExit(listener: (exit: AppExit) => void): void;
};

export type AppExit = { code: number | null; signal: string | null; message: string; log?: string };

/** Where an app's Jupyter Server listens and what it asks for. The token never leaves the server. */
export type AppEndpoint = {
  target: { socketPath: string } | { protocol: 'http:' | 'https:'; host: string; port: number };
  /** Path of the Jupyter base URL at the target, with both slashes. Differs from the relay path for foreign servers. */
  basePath: string;
  token: string;
  /** True when our extension answers below `studio/`. */
  extension: boolean;
};

export class AppStartError extends Error {
  readonly code: string;
  readonly log: string | undefined;
  constructor(code: string, message: string, log?: string) {
    super(message);
    this.name = 'AppStartError';
    this.code = code;
    this.log = log;
  }
}

/** Ends the start of the server with one sentence that says what to do. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
