import {
  initialKernelState,
  type KernelState,
  type KernelStateTracker,
  reduceKernelState,
  setKernelState,
} from '@atelier-ide/core/execution/kernel-state.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';

/**
 * What a page knows of its kernel. Three sources, told apart: the state in the server's hello (true at that moment),
 * the statuses that follow it, and the page's own line. Statuses of the past (replayed ones) only tell which request
 * was running; they never change what is shown, or an old `dead` would be taken for now.
 */
export class KernelView {
  #tracker: KernelStateTracker = initialKernelState;
  /** Ids of requests on the control channel: their busy and idle say nothing about the shell. */
  #controls = new Set<string>();
  #told: KernelState | null = null;

  get state(): KernelState {
    return this.#told ?? this.#tracker.state;
  }

  /** The line stands. `isReplaying` when messages of the past come first. */
  open(state: KernelState, isReplaying: boolean): void {
    if (isReplaying) this.#told = state;
    else this.#become(state);
  }

  /** The past has been heard: from now on statuses count. */
  caughtUp(): void {
    if (this.#told === null) return;
    const state = this.#told;
    this.#told = null;
    const { running } = this.#tracker;
    this.#become(state);
    if (state === 'busy') this.#tracker = { state, running };
  }

  get isReplaying(): boolean {
    return this.#told !== null;
  }

  didSend(message: JupyterMessage): void {
    if (message.channel !== 'control') return;
    this.#controls.add(message.header.msg_id);
    if (this.#controls.size > MAX_CONTROLS) {
      const [oldest] = this.#controls;
      if (oldest !== undefined) this.#controls.delete(oldest);
    }
  }

  didReceive(message: JupyterMessage): void {
    const parent = message.parent_header.msg_id;
    if (message.header.msg_type === 'status' && parent !== undefined && this.#controls.has(parent)) return;
    this.#tracker = reduceKernelState(this.#tracker, message);
    const answers = message.header.msg_type === 'kernel_info_reply' && message.channel === 'shell';
    const { state } = this.#tracker;
    if (answers && (state === 'starting' || state === 'restarting' || state === 'unknown'))
      this.#become('idle');
  }

  /** What the page itself knows: its line is cut, a restart was asked for. */
  become(state: KernelState): void {
    this.#told = null;
    this.#become(state);
  }

  #become(state: KernelState): void {
    this.#tracker = setKernelState(this.#tracker, state);
  }
}

const MAX_CONTROLS = 500;
