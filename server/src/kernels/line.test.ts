import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, headOf, requestFrame, withContent } from './frame.ts';
import type { LineCount } from './journal.ts';
import { Line, type LineJournal, hiddenMark, parseLineHeader } from './line.ts';

const frame = (id: string, type = 'comm_msg'): Uint8Array =>
  requestFrame({ channel: 'shell', type, id, session: 's', content: {} });
const idOf = (bytes: Uint8Array): string => headOf(bytes).id;

/** What a server that was killed finds again. */
class Disk implements LineJournal {
  line: LineCount | null = null;
  readonly inward: Uint8Array[] = [];
  readonly outward: string[] = [];
  noteLine(line: LineCount | null): void {
    this.line = line;
  }
  lastInward(count: number): readonly Uint8Array[] {
    return this.inward.slice(-count);
  }
  sent(bytes: Uint8Array): void {
    this.inward.push(bytes);
    if (this.line) this.line = { ...this.line, in: this.line.in + 1 };
  }
  received(id: string): void {
    this.outward.push(id);
    if (this.line) this.line = { ...this.line, out: this.line.out + 1 };
  }
}

/** The app's end, as kernel_line.py is it. */
class AppEnd {
  id = 'aa';
  readonly kernelGot: string[] = [];
  received = 0;
  base = 0;
  readonly said: string[] = [];
  #next = 1;
  sentTo = 0;

  open(query: URLSearchParams): string {
    const have = Number(query.get('have'));
    if (query.get('line') === this.id) this.base = Math.max(this.base, have);
    this.sentTo = this.base;
    this.#next = this.received + 1;
    return `1 ${this.id} ${this.base} ${this.received}`;
  }
  receive(message: Uint8Array): void {
    if (message.length === 16) {
      const number = Number(Buffer.from(message).readBigUInt64LE(8));
      if (Buffer.from(message).toString('latin1', 0, 8) === 'atlr-ack')
        this.base = Math.max(this.base, number);
      else this.#next = number + 1;
      return;
    }
    const number = this.#next++;
    if (number <= this.received) return;
    this.received = number;
    this.kernelGot.push(idOf(message));
  }
  /** Up to `count` frames that leave now. */
  send(count: number): string[] {
    const from = this.sentTo;
    this.sentTo = Math.min(this.said.length, from + count);
    return this.said.slice(from, this.sentTo);
  }
  acknowledgement(): Uint8Array {
    const bytes = Buffer.alloc(16);
    bytes.write('atlr-ack', 'latin1');
    bytes.writeBigUInt64LE(BigInt(this.received), 8);
    return bytes;
  }
}

describe('a line', () => {
  it('brings everything once and in order, whatever breaks and whoever is killed', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('request' as const), n: fc.nat(3) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), n: fc.nat(5) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('arrive' as const), n: fc.nat(6) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('tell' as const), n: fc.nat(1) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'kill' as const), n: fc.nat(4) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const disk = new Disk();
        const app = new AppEnd();
        const asked: string[] = [];
        let line = new Line(disk);
        let wire: Uint8Array[] = [];
        let isFirst = true;
        const connect = (): void => {
          wire = [];
          const went = line.open(parseLineHeader(app.open(new URLSearchParams(line.query))));
          expect(went).toEqual(isFirst ? 'unknown' : { lost: 0 });
          isFirst = false;
          wire.push(...line.take());
        };
        const arrive = (count: number): void => {
          for (const message of wire.splice(0, count)) app.receive(message);
        };
        connect();
        for (const one of [...steps, { do: 'kill' as const, n: 0 }]) {
          if (one.do === 'request') {
            for (let n = 0; n < one.n; n += 1) {
              const bytes = frame(`in-${asked.length}`);
              asked.push(idOf(bytes));
              line.add(bytes);
              disk.sent(bytes);
            }
            wire.push(...line.take());
          } else if (one.do === 'say') {
            for (let n = 0; n < one.n; n += 1) app.said.push(`out-${app.said.length}`);
          } else if (one.do === 'arrive') {
            arrive(one.n);
            for (const id of app.send(one.n)) disk.received(id);
          } else if (one.do === 'tell') {
            const word = line.acknowledge();
            if (word) wire.push(word);
            expect(line.isWord(app.acknowledgement())).toBe(true);
          } else {
            // Of what was under way only a part arrives; of what the app sends, nothing more.
            arrive(one.n);
            if (one.do === 'kill') line = new Line(disk);
            connect();
          }
        }
        arrive(Infinity);
        for (const id of app.send(Infinity)) disk.received(id);
        expect(app.kernelGot).toEqual(asked);
        expect(disk.outward).toEqual(app.said);
      }),
      { numRuns: 500 },
    );
  });

  it('says how many frames the app has given up, and goes on behind them', () => {
    const disk = new Disk();
    disk.line = { id: 'aa', out: 10, in: 0 };
    const line = new Line(disk);
    expect(line.query).toBe('have=10&line=aa');
    expect(line.open({ id: 'aa', base: 17, received: 0 })).toEqual({ lost: 7 });
    expect(disk.line).toEqual({ id: 'aa', out: 17, in: 0 });
  });

  it('does not send again what may have arrived where nobody counts', () => {
    const disk = new Disk();
    const line = new Line(disk);
    expect(line.open(null)).toBe('unknown');
    line.add(frame('sent'));
    expect(line.take().map(idOf)).toEqual(['sent']);
    line.add(frame('waits'));
    expect(line.open(null)).toBe('unknown');
    expect(line.take().map(idOf)).toEqual(['waits']);
    expect(line.waitingBytes).toBe(0);
    expect([line.acknowledge(), disk.line]).toEqual([null, null]);
  });

  it('takes another line of the app for what it is: unknown, and counted from its own begin', () => {
    const disk = new Disk();
    disk.line = { id: 'aa', out: 10, in: 4 };
    const line = new Line(disk);
    expect(line.open({ id: 'bb', base: 0, received: 0 })).toBe('unknown');
    expect(disk.line).toEqual({ id: 'bb', out: 0, in: 0 });
  });

  it('leaves an answer out that the journal does not hold, and numbers what follows as before', () => {
    const disk = new Disk();
    disk.line = { id: 'aa', out: 0, in: 0 };
    const answer = withContent(frame('answer', 'input_reply'), { value: '', [hiddenMark]: true });
    for (const bytes of [frame('before'), answer, frame('after')]) disk.sent(bytes);
    const line = new Line(disk);
    line.open({ id: 'aa', base: 0, received: 0 });
    const sent = line.take();
    expect(
      sent.map((bytes) =>
        bytes.length === 16 ? Number(Buffer.from(bytes).readBigUInt64LE(8)) : idOf(bytes),
      ),
    ).toEqual([0, 'before', 2, 'after']);
    expect(contentOf(answer)['value']).toBe('');
  });

  it('reads only a header that it understands', () => {
    expect(parseLineHeader('1 0af 12 3')).toEqual({ id: '0af', base: 12, received: 3 });
    for (const header of [undefined, '', '2 0af 12 3', '1 0af 12', '1 x 1 1', '1 0af -1 3', ['1 0af 12 3']])
      expect(parseLineHeader(header)).toBeNull();
  });
});
