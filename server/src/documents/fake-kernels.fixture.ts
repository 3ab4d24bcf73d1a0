import { type Kernel, ProblemError, problem } from '@atelier-ide/contract';
import { ann } from '../apps/app-service.fixture.ts';
import { createEmitter } from '../kernels/emitter.ts';

export type StartCall = {
  appId: string;
  kernelName: string;
  path: string;
  succeed: () => Kernel;
  fail: (message: string) => void;
};

/** Kernels whose starts end when the test says so. */
export class FakeKernels {
  readonly starts: StartCall[] = [];
  readonly alive = new Map<string, Kernel>();
  readonly ended: string[] = [];
  readonly moved: [string, string][] = [];
  /** New kernels answer only once the test says so. */
  isSlow = false;
  readonly #change = createEmitter<[Kernel, string]>();
  readonly #die = createEmitter<[Kernel, string]>();
  readonly #end = createEmitter<[Kernel, string]>();
  readonly onDidChange = this.#change.on;
  readonly onDidDie = this.#die.on;
  readonly onDidEnd = this.#end.on;

  start(
    _user: unknown,
    appId: string,
    kernelName: string,
    path: string,
  ): Promise<{ kernel: Kernel; isNew: boolean }> {
    return new Promise((resolve, reject) => {
      const kernel: Kernel = {
        id: `k${this.starts.length + 1}`,
        appId,
        name: kernelName,
        state: this.isSlow ? 'starting' : 'idle',
        documentId: null,
      };
      this.starts.push({
        appId,
        kernelName,
        path,
        succeed: () => {
          this.alive.set(kernel.id, kernel);
          resolve({ kernel, isNew: true });
          return kernel;
        },
        fail: (message) => reject(new ProblemError(problem('app-unreachable', message))),
      });
    });
  }

  async resume(_user: unknown, appId: string, kernelId: string): Promise<Kernel | undefined> {
    const kernel = this.alive.get(kernelId);
    return kernel && { ...kernel, appId };
  }

  async shutDown(_appId: string, kernelId: string): Promise<void> {
    this.ended.push(kernelId);
    this.alive.delete(kernelId);
  }

  assign(_appId: string, kernelId: string, documentId: string | null): void {
    const kernel = this.alive.get(kernelId);
    if (kernel) this.alive.set(kernelId, { ...kernel, documentId });
  }

  async moveSession(_appId: string, kernelId: string, path: string): Promise<void> {
    this.moved.push([kernelId, path]);
  }

  get = (_appId: string, kernelId: string): Kernel | undefined => this.alive.get(kernelId);
  list = (): readonly Kernel[] => [...this.alive.values()];

  answer(kernelId: string): void {
    const kernel = this.alive.get(kernelId);
    if (!kernel) return;
    const ready: Kernel = { ...kernel, state: 'idle' };
    this.alive.set(kernelId, ready);
    this.#change.fire(ready, ann.id);
  }

  /** Its process dies and comes again. */
  die(kernelId: string): void {
    const kernel = this.alive.get(kernelId);
    if (kernel) this.#die.fire(kernel, 'The kernel died and was started again; its variables are gone');
  }

  end(kernelId: string, cause = 'The kernel is gone'): void {
    const kernel = this.alive.get(kernelId);
    this.alive.delete(kernelId);
    if (kernel) this.#end.fire(kernel, cause);
  }
}
