/**
 * Asks the kernel to answer once it has come past everything that was sent to it: a kernel_info_request on the shell
 * channel, which the kernel takes in order. Answered, all requests before it have their reply or never get one.
 *
 * While the kernel's process is being replaced, the question is repeated until the new process has answered on both
 * the shell and the iopub channel: the app's sockets find the new process each in its own time, and what a cell
 * printed before the iopub one has would be lost.
 */
import { randomUUID } from 'node:crypto';
import { steadyNow } from '../steady-now.ts';
import { type FrameHead, requestFrame } from './frame.ts';

export type FenceHost = {
  /** Session of the server's own requests. */
  session: string;
  canSend: () => boolean;
  /** Journals and sends; the seq, or null when it cannot be sent. */
  send: (frame: Uint8Array) => number | null;
  /** The kernel has come past everything before `seq`; `isBack` = another process stands in its place now. */
  didPass: (seq: number, isBack: boolean) => void;
};

const repeatMs = [250, 500, 1000, 2000, 5000];
/** A kernel that is at work answers late: it is not asked for ever. */
const insistTimes = 4;
/** A process that answers with the former session for longer than this is a new one that does not tell. */
const formerSessionMs = 5000;

export class KernelFence {
  readonly #host: FenceHost;
  #id = '';
  #seq = 0;
  #replySession: string | null = null;
  #hasStatus = false;
  #restart: { since: number; sessionBefore: string } | null = null;
  #attempt = 0;
  /** How often the question is repeated at most. */
  #repeats = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: FenceHost) {
    this.#host = host;
  }

  /** Asked, and not answered yet. */
  get isAsked(): boolean {
    return this.#id !== '';
  }

  /** The process ended and the next one has not answered yet. */
  get isRestarting(): boolean {
    return this.#restart !== null;
  }

  ask(): void {
    if (!this.#host.canSend()) return;
    const id = randomUUID();
    this.#id = id;
    this.#replySession = null;
    this.#hasStatus = false;
    const { session } = this.#host;
    const parts = { type: 'kernel_info_request', id, session, content: {} };
    this.#seq = this.#host.send(requestFrame({ channel: 'shell', ...parts })) ?? 0;
  }

  /** Asks a process that may just have taken another one's place: what is sent in that moment may reach neither. */
  insist(): void {
    this.ask();
    if (this.#restart) return;
    this.#attempt = 0;
    this.#repeats = insistTimes;
    this.#repeat();
  }

  /** The process of this session is ending or has ended. */
  beginRestart(sessionBefore: string): void {
    if (this.#restart) return;
    this.#restart = { since: steadyNow(), sessionBefore };
    this.#attempt = 0;
    this.#repeats = Number.POSITIVE_INFINITY;
    this.#repeat();
  }

  /** No process stands or will stand: there is nobody to ask. */
  giveUp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#id = '';
  }

  /** A frame of the kernel. */
  observe(head: FrameHead): void {
    if (this.#id === '' || head.parentId !== this.#id) return;
    if (head.type === 'kernel_info_reply') this.#replySession = head.session;
    else if (head.channel === 'iopub') this.#hasStatus = true;
    if (this.#replySession === null) return;
    if (this.#restart && (!this.#hasStatus || this.#isFormerProcess())) return;
    this.#pass();
  }

  #isFormerProcess(): boolean {
    if (!this.#restart || this.#restart.sessionBefore === '') return false;
    const isFormer = this.#replySession === this.#restart.sessionBefore;
    return isFormer && steadyNow() - this.#restart.since < formerSessionMs;
  }

  #pass(): void {
    const isBack = this.#restart !== null;
    this.#restart = null;
    this.giveUp();
    this.#host.didPass(this.#seq, isBack);
  }

  #repeat(): void {
    clearTimeout(this.#timer);
    if (this.#repeats <= 0) return;
    this.#repeats -= 1;
    const wait = repeatMs[Math.min(this.#attempt, repeatMs.length - 1)] ?? 5000;
    this.#attempt += 1;
    this.#timer = setTimeout(() => {
      this.ask();
      this.#repeat();
    }, wait);
  }
}
