import type { Image, ImageStep } from '@atelier-ide/contract';
import type { Log } from '../log.ts';
import type { EnvironmentImage } from './base-python.ts';
import type { ImageBoard } from './image-board.ts';
import { MakingError } from './making-error.ts';
import { MakingLog } from './making-log.ts';

export type StepWork = { log: MakingLog; signal: AbortSignal };

export type MakingStep = {
  name: string;
  /** What is done, as a person reads it. */
  title: string;
  run(work: StepWork): Promise<void>;
};

/** How an image comes into being. */
export type Plan = {
  /** The image as far as it is known before. */
  image: EnvironmentImage;
  steps: readonly MakingStep[];
  /** The image once every step is done. */
  result(): EnvironmentImage | Promise<EnvironmentImage>;
};

export type ImageMakerOptions = {
  board: ImageBoard;
  logFile: (imageId: string) => string;
  log: Log;
  now: () => number;
};

type Making = { cancel: AbortController; ended: Promise<void> };

/** Makes images step by step in the background, one making an image at a time. The board shows where it is. */
export class ImageMaker {
  readonly #options: ImageMakerOptions;
  readonly #makings = new Map<string, Making>();

  constructor(options: ImageMakerOptions) {
    this.#options = options;
  }

  log(imageId: string): MakingLog {
    return new MakingLog(this.#options.logFile(imageId));
  }

  /** Begins, unless it is under way. */
  start(plan: Plan): void {
    const { id } = plan.image.image;
    if (this.#makings.has(id)) return;
    const cancel = new AbortController();
    // Shown before this returns: whoever asked sees CREATING.
    const shown = new Progress(plan, this.#options);
    const making: Making = { cancel, ended: Promise.resolve() };
    this.#makings.set(id, making);
    making.ended = this.#run(plan, shown, cancel.signal);
  }

  /** Ends a making; what it started is gone when this resolves. */
  async cancel(imageId: string): Promise<void> {
    const making = this.#makings.get(imageId);
    making?.cancel.abort();
    await making?.ended;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#makings.keys()].map((id) => this.cancel(id)));
  }

  async #run(plan: Plan, shown: Progress, signal: AbortSignal): Promise<void> {
    const { board, log, now } = this.#options;
    const { displayName, id } = plan.image.image;
    const begun = now();
    try {
      const makingLog = this.log(id);
      makingLog.begin();
      for (const step of plan.steps) {
        shown.begin(step.name);
        makingLog.line(`${step.title}.`);
        await step.run({ log: makingLog, signal });
        signal.throwIfAborted();
        shown.end(step.name);
      }
      const made = await plan.result();
      signal.throwIfAborted();
      makingLog.line('Made.');
      // Over before it is told, so that who hears it may begin anew.
      this.#makings.delete(id);
      board.put(made);
      log.info(`${displayName} was made.`, { image: id, ms: now() - begun });
    } catch (error) {
      this.#makings.delete(id);
      if (signal.aborted) return;
      const reason =
        error instanceof MakingError
          ? error.message
          : `${displayName} could not be made (${error instanceof Error ? error.message : String(error)}). Try again.`;
      shown.fail(reason);
      log.warn(`${displayName} could not be made.`, { image: id, reason });
    }
  }
}

/** The image of a making as it is shown: its steps and their times. */
class Progress {
  readonly #plan: Plan;
  readonly #options: ImageMakerOptions;
  #steps: readonly ImageStep[];

  constructor(plan: Plan, options: ImageMakerOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#steps = plan.steps.map(({ name, title }) => ({ name, title, state: 'waiting' }));
    this.#show('CREATING');
  }

  begin(name: string): void {
    this.#set(name, { state: 'running', startedAt: this.#time() });
    this.#show('CREATING');
  }

  end(name: string): void {
    this.#set(name, { state: 'done', endedAt: this.#time() });
    this.#show('CREATING');
  }

  fail(reason: string): void {
    const running = this.#steps.find((step) => step.state === 'running');
    if (running) this.#set(running.name, { state: 'failed', endedAt: this.#time() });
    this.#show('CREATE_FAILED', reason);
  }

  #set(name: string, change: Partial<ImageStep>): void {
    this.#steps = this.#steps.map((step) => (step.name === name ? { ...step, ...change } : step));
  }

  #show(status: Image['status'], failureReason?: string): void {
    const { image, ...rest } = this.#plan.image;
    const { failureReason: _before, ...facts } = image;
    const why = failureReason === undefined ? {} : { failureReason };
    this.#options.board.put({ ...rest, image: { ...facts, ...why, status, steps: [...this.#steps] } });
  }

  #time(): string {
    return new Date(this.#options.now()).toISOString();
  }
}
