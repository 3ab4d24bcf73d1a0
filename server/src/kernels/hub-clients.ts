/**
 * The browsers at one hub. A stock client sees plain Jupyter: all of iopub, and the answers to its own requests. A
 * cursor client sees the journal, both directions, each frame with its seq, and first a hello that says from where.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { KernelState } from '@atelier-ide/contract';
import { encodeHello } from '@atelier-ide/core/wire/cursor.ts';
import { FrameError } from '@atelier-ide/core/wire/frame.ts';
import type { WebSocket } from 'ws';
import { startBeats } from '../beats.ts';
import { type FrameHead, fromLegacy } from './frame.ts';
import { type ClientMode, type HubClient, createHubClient } from './hub-client.ts';
import type { JournalEntry, JournalReader } from './journal.ts';
import { createStockRouting } from './stock-routing.ts';

/** What a browser asked for in its upgrade. */
export type AttachRequest = {
  mode: ClientMode;
  sessionId: string | null;
  /** Cursor clients: the newest seq they have; null = from the head. */
  after: number | null;
  epoch: string | null;
  /** Whether it wants to hear a beat now and then; cursor clients only. */
  wantsBeats?: boolean;
  /** The connection below the socket. */
  connection: Duplex;
};

export type HubClientsOptions = {
  journal: JournalReader;
  state: () => KernelState;
  /** A frame of a client; false when it could not be taken because too much waits already. */
  receive: (key: string, frame: Uint8Array) => boolean;
  /** The socket of this cursor client is gone. */
  didLeave: (key: string) => void;
};

/** Stock clients that left and whose place is remembered, so that they miss nothing when they come back. */
const maxPlaces = 64;

export class HubClients {
  readonly routing = createStockRouting();
  readonly #options: HubClientsOptions;
  readonly #clients = new Set<HubClient>();
  /** Session id of a stock client that left → the seq it had. */
  readonly #places = new Map<string, number>();

  constructor(options: HubClientsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  hasCursor(key: string): boolean {
    return [...this.#clients].some((client) => client.key === key && client.mode === 'cursor');
  }

  attach(ws: WebSocket, request: AttachRequest): void {
    const key = request.sessionId ?? randomUUID();
    const isCursor = request.mode === 'cursor';
    for (const other of this.#clients)
      if (other.key === key && (other.mode === 'cursor') === isCursor) this.#leave(other).close();
    const start = isCursor ? this.#cursorStart(request) : { after: this.#placeOf(key), reset: false };
    const client = createHubClient({
      ws,
      connection: request.connection,
      key,
      mode: request.mode,
      journal: this.#options.journal,
      after: start.after,
      wants: (of, _entry, head) => head.channel === 'iopub' || this.routing.isFor(of, answered(head)),
    });
    this.#clients.add(client);
    ws.on('message', (data: Buffer, isBinary) => this.#handleMessage(client, data, isBinary));
    // An oversized message is answered with 1009 by the library; the close follows.
    ws.on('error', () => this.#leave(client));
    ws.on('close', () => this.#leave(client));
    if (isCursor) client.sendText(this.#hello(start));
    client.start();
    if (request.wantsBeats === true)
      ws.on(
        'close',
        startBeats((text) => client.sendText(text)),
      );
  }

  offer(entry: JournalEntry, head: FrameHead): void {
    for (const client of this.#clients) client.offer(entry, head);
  }

  checkAlive(): void {
    for (const client of this.#clients) client.checkAlive();
  }

  closeAll(code: number, reason: string): void {
    for (const client of this.#clients) client.close(code, reason);
    this.#clients.clear();
  }

  #hello(start: { after: number; reset: boolean }): string {
    const { epoch, head } = this.#options.journal;
    return encodeHello({
      epoch,
      head,
      from: start.after + 1,
      reset: start.reset,
      state: this.#options.state(),
    });
  }

  #cursorStart({ after, epoch }: AttachRequest): { after: number; reset: boolean } {
    const { journal } = this.#options;
    if (after === null) return { after: journal.head, reset: false };
    const isKnown = epoch === null || epoch === journal.epoch;
    if (isKnown && journal.canResume(after)) return { after, reset: false };
    return { after: journal.tail, reset: true };
  }

  #placeOf(key: string): number {
    const { journal } = this.#options;
    const place = this.#places.get(key);
    this.#places.delete(key);
    return place !== undefined && journal.canResume(place) ? place : journal.head;
  }

  #leave(client: HubClient): HubClient {
    if (!this.#clients.delete(client)) return client;
    if (client.mode === 'cursor') {
      this.#options.didLeave(client.key);
      return client;
    }
    this.#places.delete(client.key);
    this.#places.set(client.key, client.position);
    const oldest = this.#places.keys().next();
    if (this.#places.size > maxPlaces && oldest.done !== true) this.#places.delete(oldest.value);
    return client;
  }

  #handleMessage(client: HubClient, data: Buffer, isBinary: boolean): void {
    if (!this.#clients.has(client)) return;
    try {
      const frame = client.mode === 'legacy' ? fromLegacy(data, isBinary) : data;
      if (!this.#options.receive(client.key, frame))
        client.close(1013, 'The app cannot be reached and too much waits for it');
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      client.close(1007, 'Not a message of Jupyter');
    }
  }
}

function answered(head: FrameHead): { id: string; session: string } {
  return { id: head.parentId, session: head.parentSession };
}
