import type { Feature, Image, InstanceType } from '@atelier-ide/contract';
import type { AppExit, AppSpec, Driver, InstanceSpec, RunningApp } from '../drivers/driver.ts';
import { AppStartError } from '../drivers/driver.ts';

type Pending<T> = { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void };

function pending<T>(): Pending<T> {
  let settle: Pick<Pending<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { promise, ...settle };
}

/** One start that the driver was asked for, and what became of it. */
export type FakeStart = {
  spec: AppSpec;
  state: 'starting' | 'running' | 'stopping' | 'gone';
  succeed: () => void;
  fail: (message?: string) => void;
  crash: (exit?: Partial<AppExit>) => void;
  finishStop: () => void;
  failStop: () => void;
};

export type FakeInstance = {
  spec: InstanceSpec;
  state: 'starting' | 'there' | 'ending' | 'gone';
  succeed: () => void;
  fail: () => void;
  finishEnd: () => void;
  failEnd: () => void;
};

/**
 * A driver whose every step ends when the test says so. With `obedient` an abort ends a start at once, as drivers
 * must; without it the start goes on, the worst that a driver could do.
 */
export class FakeDriver implements Driver {
  readonly name = 'fake';
  readonly features: readonly Feature[] = ['executions'];
  readonly singleApp: boolean;
  readonly starts: FakeStart[] = [];
  readonly instancesBegun: FakeInstance[] = [];
  /** What the service asked for and must not ask of any driver. */
  readonly faults: string[] = [];
  readonly #images: readonly Image[];
  readonly #types: readonly InstanceType[];
  readonly #imageListeners = new Set<(image: Image) => void>();
  obedient = true;
  /** Starts, stops and instances end by themselves at once. */
  automatic = false;

  constructor(images: readonly Image[], types: readonly InstanceType[], singleApp = false) {
    this.#images = images;
    this.#types = types;
    this.singleApp = singleApp;
  }

  prepare = async (): Promise<void> => undefined;
  images = async (): Promise<readonly Image[]> => this.#images;
  instanceTypes = async (): Promise<readonly InstanceType[]> => this.#types;
  enforcement = (): { cpu: string; memory: string } => ({ cpu: 'none', memory: 'none' });
  close = async (): Promise<void> => undefined;

  onDidChangeImages(listener: (image: Image) => void): () => void {
    this.#imageListeners.add(listener);
    return () => void this.#imageListeners.delete(listener);
  }

  changeImage(image: Image): void {
    for (const listener of this.#imageListeners) listener(image);
  }

  startInstance(spec: InstanceSpec, signal: AbortSignal): Promise<void> {
    const begun = pending<void>();
    const instance: FakeInstance = {
      spec,
      state: 'starting',
      succeed: () => {
        instance.state = 'there';
        begun.resolve();
      },
      fail: () => {
        instance.state = 'gone';
        begun.reject(new AppStartError('instance-failed', 'The instance did not start.'));
      },
      finishEnd: () => undefined,
      failEnd: () => undefined,
    };
    this.instancesBegun.push(instance);
    if (this.automatic) instance.succeed();
    signal.addEventListener('abort', () => {
      if (!this.obedient || instance.state !== 'starting') return;
      instance.state = 'gone';
      begun.reject(signal.reason as Error);
    });
    return begun.promise;
  }

  endInstance(instanceId: string): Promise<void> {
    const instance = this.instancesBegun.find((other) => other.spec.instanceId === instanceId);
    if (!instance) throw new Error(`Instance ${instanceId} was never begun.`);
    if (instance.state === 'starting' || instance.state === 'ending')
      this.faults.push(`endInstance while it is ${instance.state}`);
    const ended = pending<void>();
    instance.state = 'ending';
    instance.finishEnd = () => {
      instance.state = 'gone';
      ended.resolve();
    };
    instance.failEnd = () => {
      instance.state = 'gone';
      ended.reject(new Error('The folder is busy.'));
    };
    if (this.automatic) instance.finishEnd();
    return ended.promise;
  }

  startApp(
    spec: AppSpec,
    onPhase: (phase: 'image' | 'server') => void,
    signal: AbortSignal,
  ): Promise<RunningApp> {
    if (signal.aborted) this.faults.push('startApp with a signal that has aborted');
    if (this.starts.some((other) => other.spec.appId === spec.appId)) this.faults.push('startApp twice');
    const begun = pending<RunningApp>();
    let stopped: Pending<void> | undefined;
    const exitListeners: ((exit: AppExit) => void)[] = [];
    const start: FakeStart = {
      spec,
      state: 'starting',
      succeed: () => {
        start.state = 'running';
        begun.resolve(running);
      },
      fail: (message = 'No such interpreter.') => {
        start.state = 'gone';
        begun.reject(new AppStartError('start-failed', message, 'log tail'));
      },
      crash: (exit) => {
        start.state = 'gone';
        const full = { code: null, signal: 'SIGKILL', message: 'The app was killed (SIGKILL).', ...exit };
        for (const listener of exitListeners) listener(full);
        stopped?.resolve();
      },
      finishStop: () => {
        start.state = 'gone';
        stopped?.resolve();
      },
      failStop: () => {
        start.state = 'running';
        stopped?.reject(new Error('It does not go.'));
      },
    };
    const running: RunningApp = {
      endpoint: {
        target: { socketPath: `/fake/${spec.appId}` },
        basePath: spec.baseUrl,
        token: 't',
        extension: true,
      },
      identity: { uid: 1000, gid: 1000, mountPath: '/home/ann' },
      onDidExit: (listener) => void exitListeners.push(listener),
      stop: () => {
        if (start.state === 'gone') return Promise.resolve();
        start.state = 'stopping';
        stopped = pending<void>();
        if (this.automatic) start.finishStop();
        return stopped.promise;
      },
    };
    this.starts.push(start);
    onPhase('image');
    onPhase('server');
    if (this.automatic) start.succeed();
    signal.addEventListener('abort', () => {
      if (!this.obedient || start.state !== 'starting') return;
      start.state = 'gone';
      begun.reject(signal.reason as Error);
    });
    return begun.promise;
  }
}

/** An image for tests. */
export function fakeImage(id: string, processor: 'CPU' | 'GPU' = 'CPU'): Image {
  return {
    id,
    displayName: id,
    description: '',
    driver: 'fake',
    processor,
    status: 'CREATED',
    version: '1',
    kernels: [{ name: 'python3', displayName: 'Python 3', language: 'python' }],
    guidance: 'NOT_PROVIDED',
    scope: 'domain',
    aliases: [],
  };
}
