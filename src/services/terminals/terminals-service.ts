import type { StoreApi } from 'zustand/vanilla';
import type { Disposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';

/** How the line is, and since when (ms since the epoch). */
export type TerminalChannelState = {
  status: 'connecting' | 'connected' | 'reconnecting' | 'ended';
  since: number;
};

/** One page's line to one terminal. While it is not connected, input is refused, never queued. */
export type TerminalChannel = Disposable & {
  readonly appId: string;
  readonly name: string;
  readonly store: StoreApi<TerminalChannelState>;
  /** `isReplay` marks the scrollback sent on attach: answers of the terminal to queries in it must not be sent. */
  readonly onDidReceive: Event<{ data: string; isReplay: boolean }>;
  /** False when it was not sent. */
  send(data: string): boolean;
  resize(rows: number, columns: number): void;
};

/** Terminals of apps. */
export type TerminalsService = {
  list(appId: string): Promise<readonly string[]>;
  /** `cwd` is below the home. */
  create(appId: string, cwd?: string): Promise<string>;
  attach(appId: string, name: string): Promise<TerminalChannel>;
  shutdown(appId: string, name: string): Promise<void>;
};
