/** A WebSocket whose other end is the test. Close codes and frames arrive only when the test says so. */
export class FakeSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: (string | Uint8Array)[] = [];
  protocol = '';
  readyState = 0;
  binaryType = 'blob';
  bufferedAmount = 0;
  isClosedByPage = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string, protocols: string | readonly string[] = []) {
    this.url = url;
    this.protocols = typeof protocols === 'string' ? [protocols] : protocols;
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== 1) throw new DOMException('Not open', 'InvalidStateError');
    this.sent.push(data);
  }

  close(): void {
    this.isClosedByPage = true;
    this.readyState = 3;
  }

  /** The server accepts. */
  open(protocol = this.protocols[0] ?? ''): void {
    this.protocol = protocol;
    this.readyState = 1;
    this.onopen?.();
  }

  receive(data: string | Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({
      data:
        typeof data === 'string'
          ? data
          : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
    });
  }

  /** The line breaks, or the server closes. */
  cut(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }
}

/** A factory of fake sockets that remembers them in order. */
export function createFakeSockets(): { WebSocket: typeof WebSocket; all: FakeSocket[]; last(): FakeSocket } {
  const all: FakeSocket[] = [];
  const Recorded = class extends FakeSocket {
    constructor(url: string, protocols?: string | readonly string[]) {
      super(url, protocols);
      all.push(this);
    }
  };
  return {
    WebSocket: Recorded as unknown as typeof WebSocket,
    all,
    last() {
      const socket = all.at(-1);
      if (!socket) throw new Error('No socket was opened');
      return socket;
    },
  };
}
