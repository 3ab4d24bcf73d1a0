import type { KernelState } from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';

export type ReceivedMessage = {
  message: JupyterMessage;
  /** Place in the kernel's journal; null where the backend keeps none. */
  seq: number | null;
  /** `in` = from a browser or the server to the kernel (the request frames), `out` = from the kernel. */
  direction: 'in' | 'out';
  /** True for what happened before this page attached. */
  isReplay: boolean;
};

/** The language that a kernel speaks; `info` is its `language_info`, as notebooks keep it. */
export type KernelLanguage = { name: string; mimetype: string; version: string; info: JsonObject };

/** What the channel knows of its kernel, always true and in words. */
export type KernelChannelState = {
  state: KernelState;
  /** Time (ms) since when the state holds. */
  since: number;
  /** First place in the journal that this line tells; null until it is open, and where no journal is kept. */
  from: number | null;
  language: KernelLanguage | null;
};

/** Something that could stand at the cursor, in place of the text from `start` to `end` (offsets of JavaScript). */
export type Completion = {
  text: string;
  start: number;
  end: number;
  /** Such as `function` or `module`; '' where the kernel does not tell. */
  type: string;
  signature: string;
};

/** What the kernel says of a name; may hold colours of a terminal. */
export type Inspection = { text: string };

/**
 * `busy`: the kernel works and cannot answer meanwhile, nothing was sent. `late`: no answer in time. `cut`: the line or
 * the kernel went away, or the question was taken back.
 */
export type HelpAnswer<T> = { ok: true; value: T } | { ok: false; why: 'busy' | 'late' | 'cut' };

/** Questions about code that is being written; they never reject. */
export type KernelAssist = {
  complete(code: string, offset: number, signal?: AbortSignal): Promise<HelpAnswer<Completion[]>>;
  /** Null: the kernel knows nothing of what stands there. */
  inspect(
    code: string,
    offset: number,
    options?: { detail?: 0 | 1; signal?: AbortSignal | undefined },
  ): Promise<HelpAnswer<Inspection | null>>;
  /** The newest sources that ran, of sessions before too, the oldest of them first. */
  history(count: number): Promise<HelpAnswer<string[]>>;
};

/** A message of a comm to the kernel. */
export type CommRequest = {
  /** The message's own id: what the kernel does because of it names it as parent. */
  id: string;
  type: 'comm_open' | 'comm_msg' | 'comm_close';
  content: JsonObject;
  metadata?: JsonObject;
  buffers?: readonly Uint8Array[];
};

/** One page's line to one kernel. Reconnects by itself with no limit; only the server says that a kernel is gone. */
export type KernelChannel = Disposable & {
  readonly appId: string;
  readonly kernelId: string;
  /** What comes next stands behind this place of the journal; null before the line stood, and where none is kept. */
  readonly place: { epoch: string; seq: number } | null;
  /** What the journal has is still being told, or will be when the line is back; false where none is kept. */
  readonly isCatchingUp: boolean;
  readonly store: StoreApi<KernelChannelState>;
  readonly onDidReceive: Event<ReceivedMessage>;
  /** The journal before this point is gone or another kernel run began: outputs may be incomplete. */
  readonly onDidReset: Event<void>;
  readonly assist: KernelAssist;
  /** Sends an execute_request by itself; only for backends without `executions`. */
  execute(request: { id: string; code: string; cellId: string }): void;
  answerInput(parent: JupyterMessage, value: string): void;
  /**
   * False where it cannot get to the kernel: that is gone, or (without a journal) the line is cut. With a journal it gets
   * there once, over the next line where this one is cut.
   */
  sendComm(request: CommRequest): boolean;
  interrupt(): Promise<void>;
  restart(): Promise<void>;
  shutdown(): Promise<void>;
};

export type KernelsService = {
  /**
   * Attaches to a kernel. `after` asks the journal for everything since that place, so that a reloaded page gets what
   * it missed; absent = from now on. Channels are ref-counted by kernel and place.
   */
  attach(appId: string, kernelId: string, after?: { epoch: string; seq: number }): Promise<KernelChannel>;
  /** Ends a kernel without a line to it; one that is gone already is no failure. */
  shutdown(appId: string, kernelId: string): Promise<void>;
  /** The script of a module of widgets, as packages of the app's environment bring it; null where none does. */
  widgetModule(appId: string, name: string): Promise<string | null>;
};
