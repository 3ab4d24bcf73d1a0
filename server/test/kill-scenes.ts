/** Cells during which a server is killed, and how to tell from the journal that nothing was lost or doubled. */
import { type CursorClient, type CursorEntry, printed } from './cursor-client.ts';

export type Scene = {
  name: string;
  code: string;
  /** The server is killed so many milliseconds after the request, from … to. */
  killMs: readonly [number, number];
  /** What must have come, in this order, each once. */
  expected: readonly string[];
  /** What of it has come. */
  found(entries: readonly CursorEntry[], id: string): readonly string[];
  /** The cell asks; somebody answers. */
  asks?: boolean;
};

const numbered = (count: number, word = 'line'): string[] =>
  Array.from({ length: count }, (_one, n) => `${word} ${n}`);

const linesOf = (entries: readonly CursorEntry[], id: string): readonly string[] =>
  printed(entries, id)
    .split('\n')
    .filter((line) => line !== '');

/** Number and bytes of each comm message. */
function buffersOf(entries: readonly CursorEntry[], id: string): string[] {
  return entries
    .filter(({ message, inward }) => !inward && message.header.msg_type === 'comm_msg')
    .filter(({ message }) => message.parent_header.msg_id === id)
    .map(({ message }) => {
      const [first, second] = message.buffers ?? [];
      const isWhole = second?.length === 3000 && second.every((byte) => byte === (first?.[0] ?? -1));
      return `${JSON.stringify(message.content['data'])} ${isWhole}`;
    });
}

const sleepless = 'import sys, time, threading\n';

export const scenes: readonly Scene[] = [
  {
    name: 'slow',
    code: `${sleepless}for n in range(60):\n    print('line', n, flush=True); time.sleep(0.03)`,
    killMs: [0, 1900],
    expected: numbered(60),
    found: linesOf,
  },
  {
    name: 'flood',
    // The pauses make it last longer than the latest kill, however fast the machine is.
    code: `${sleepless}for n in range(20000):\n    print('line', n)\n    if n % 20 == 0: sys.stdout.flush(); time.sleep(0.0015)`,
    killMs: [0, 1200],
    expected: numbered(20_000),
    found: linesOf,
  },
  {
    name: 'end of the cell',
    code: `${sleepless}for n in range(30):\n    print('line', n, flush=True); time.sleep(0.01)`,
    killMs: [280, 380],
    expected: numbered(30),
    found: linesOf,
  },
  {
    name: 'background thread',
    code: `${sleepless}def go():\n    for n in range(60):\n        print('line', n, flush=True); time.sleep(0.02)\nthreading.Thread(target=go).start()`,
    killMs: [0, 1300],
    expected: numbered(60),
    found: linesOf,
  },
  {
    name: 'input',
    code: `${sleepless}for n in range(5):\n    print('line', n, input(str(n)), flush=True)`,
    killMs: [0, 300],
    expected: numbered(5).map((line) => `${line} answer`),
    found: linesOf,
    asks: true,
  },
  {
    name: 'comm buffers',
    code: `${sleepless}from ipykernel.comm import Comm\ncomm = Comm(target_name='t')\nfor n in range(200):\n    comm.send(n, buffers=[bytes([n]), bytes([n]) * 3000]); time.sleep(0.004)`,
    killMs: [0, 1000],
    expected: Array.from({ length: 200 }, (_one, n) => `${n} true`),
    found: buffersOf,
  },
];

/** What is wrong with what came of a cell; nothing where all is there, once and in order. */
export function faults(scene: Scene, entries: readonly CursorEntry[], id: string): Record<string, number> {
  const found = scene.found(entries, id);
  const places = new Map(scene.expected.map((line, index) => [line, index]));
  const order = found.map((line) => places.get(line) ?? -1);
  const of = (fits: (entry: CursorEntry) => boolean): number =>
    entries.filter((entry) => !entry.inward && entry.message.parent_header.msg_id === id && fits(entry))
      .length;
  const counts = {
    lost: scene.expected.length - new Set(found.filter((line) => places.has(line))).size,
    doubled: found.length - new Set(found).size,
    unknown: order.filter((place) => place < 0).length,
    outOfOrder: order.filter((place, index) => place <= (order[index - 1] ?? -1)).length,
    repliesMissing: 1 - of(({ message }) => message.header.msg_type === 'execute_reply'),
    idleMissing: 1 - of(({ message }) => message.content['execution_state'] === 'idle'),
    gaps: entries.filter(({ message }) => message.header.msg_type === 'atelier_gap').length,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** Answers what the kernel asks in this cell, as long as the client is there; each question once, whoever has answered. */
export function answerAll(client: CursorClient, id: string): void {
  const answered = new Set<string>();
  const isReply = (entry: CursorEntry): boolean =>
    entry.inward && entry.message.header.msg_type === 'input_reply';
  const look = (): void => {
    for (const entry of client.entries.filter(isReply))
      answered.add(entry.message.parent_header.msg_id ?? '');
    for (const { message, inward } of client.entries) {
      const { msg_type: type, msg_id: question } = message.header;
      if (inward || type !== 'input_request' || message.parent_header.msg_id !== id) continue;
      if (answered.has(question)) continue;
      answered.add(question);
      const content = { value: 'answer', status: 'ok' };
      client.send({
        channel: 'stdin',
        type: 'input_reply',
        id: crypto.randomUUID(),
        parentId: question,
        content,
      });
    }
  };
  // What the journal has comes first: a question in it may have its answer there too.
  const start = (): void => {
    look();
    client.ws.on('message', look);
  };
  void client.until(({ seq }) => seq >= client.hello.head).then(start, () => undefined);
}
