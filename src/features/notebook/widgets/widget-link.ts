/**
 * The widgets of one notebook, between its kernel and the frames that show them. The page folds every comm message of
 * the kernel, so a frame that is made later, or anew, is told the models it needs; a frame hears only of those. A kernel
 * that has widgets from before this page is asked for them once something wants to show one.
 */
import type { JsonObject, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { OutputCapture } from '@atelier-ide/core/widgets/output-capture.ts';
import {
  reachable,
  readSavedWidgets,
  viewsOf,
  withSavedWidgets,
  worksOn,
} from '@atelier-ide/core/widgets/saved-widgets.ts';
import {
  WidgetBook,
  type WidgetChange,
  type WidgetModel,
  type WidgetModels,
} from '@atelier-ide/core/widgets/widget-book.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { WidgetToPage } from '@/output-frame/widgets/widget-protocol.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '@/services/clock.ts';
import type { CommRequest, ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { CapturedOutputs } from './captured-outputs.ts';
import { FrameLine, type WidgetFrame } from './frame-line.ts';
import { StatesRequest } from './states-request.ts';
import { createWidgetStore, type WidgetPlace, type WidgetStore } from './widget-store.ts';

export type WidgetHost = {
  clock: Clock;
  log: LogService;
  newId(): string;
  /** Sends to the kernel; false where there is no line to one. */
  send(request: CommRequest): boolean;
  /** The notebook's metadata as the file has it. */
  metadata(): JsonObject;
  cells(): readonly NotebookCell[];
  /** The script of a module that the kernel's environment has; null where it has none. */
  module(name: string): Promise<string | null>;
  /** Whether files keep the states of widgets. */
  isSaved(): boolean;
};

type Asked = 'no' | 'now' | 'yes';

export class WidgetLink implements Disposable {
  readonly store: WidgetStore = createWidgetStore();
  readonly #host: WidgetHost;
  readonly #book = new WidgetBook();
  readonly #capture = new OutputCapture(this.#book);
  readonly #captured: CapturedOutputs;
  readonly #lines = new Set<FrameLine>();
  /** Models of kernels that are gone, as they were last. */
  #past: WidgetModels = new Map();
  #saved: { metadata: JsonObject; models: WidgetModels } | null = null;
  /** Models that the kernel took away, and saved ones that may be shown. */
  readonly #closed = new Set<string>();
  readonly #allowed = new Set<string>();
  #kernel = '';
  #request: StatesRequest | null = null;
  #asked: Asked = 'no';

  constructor(host: WidgetHost) {
    this.#host = host;
    this.#captured = new CapturedOutputs({
      clock: host.clock,
      outputsOf: (id) => this.#capture.outputsOf(id),
      show: (id, values) => this.#showValues(id, values),
      tell: (id, values) => this.#tellValues(id, values),
    });
  }

  /** The line goes to this kernel now; '' = to none. */
  follow(kernel: string): void {
    if (kernel === this.#kernel) return;
    this.#kernel = kernel;
    this.#forget();
    this.#askIfWanted();
  }

  /** The journal tells everything since an earlier place again. */
  startOver(): void {
    this.#capture.startOver();
  }

  /** Messages were lost: what the kernel has is the truth. */
  didReset(): void {
    this.#capture.startOver();
    this.#asked = 'no';
    this.#askIfWanted();
  }

  /** A message of the kernel. True when it went into an Output widget instead of a cell. */
  receive({ message, direction, isReplay }: ReceivedMessage): boolean {
    if (direction === 'in') return false;
    const type = message.header.msg_type;
    if (isNewProcess(message)) this.#forget();
    this.#request?.receive(message);
    if (type === 'status') this.#didStatus(message);
    if (type.startsWith('comm_')) this.#receiveComm(message, isReplay);
    const taker = this.#capture.receive(message);
    if (taker !== null) this.#captured.mark(taker, isReplay);
    return taker !== null;
  }

  #receiveComm(message: JupyterMessage, isReplay: boolean): void {
    const change = this.#book.receive(message);
    if (!change) return;
    this.#capture.didChange(change);
    if (change.kind === 'close') this.#closed.add(change.id);
    else if (change.kind === 'open') this.#closed.delete(change.id);
    for (const line of this.#lines) this.#forward(line, change, message, isReplay);
    if (change.kind === 'open' || change.kind === 'close') this.#placeAgain();
  }

  // oxlint-disable-next-line max-params -- one message and what it meant
  #forward(line: FrameLine, change: WidgetChange, message: JupyterMessage, isReplay: boolean): void {
    const { id } = change;
    if (change.kind === 'open') {
      const { models } = this.#book;
      line.tellAgain([id], models);
      const model = models.get(id);
      if (model && worksOn(model).some((one) => line.has(one))) line.tell(reachable([id], models), true);
    } else if (change.kind === 'close') line.close(id);
    // What was drawn before this page is drawn anew when a view asks.
    else if (change.kind === 'update' || !isReplay) line.message(id, message);
  }

  #didStatus({ content, parent_header: parent }: JupyterMessage): void {
    if (content['execution_state'] !== 'idle') return;
    this.#captured.flush();
    if (parent.msg_id !== undefined) for (const line of this.#lines) line.didFinish(parent.msg_id);
  }

  /** The kernel's process is gone, and its widgets with it; what they show stays. */
  #forget(): void {
    this.#captured.flush();
    this.#keepShown();
    this.#book.clear();
    this.#capture.startOver();
    this.#request = null;
    this.#asked = 'no';
    for (const line of this.#lines) line.disconnect();
    this.#placeAgain();
  }

  /** Of all kernels that came and went only what cells show stays, or a day of restarts would fill the page. */
  #keepShown(): void {
    const views = this.#host.cells().flatMap((cell) => viewsOf(cell.outputs));
    const known = reachable(views, new Map([...this.#others(), ...this.#book.models]));
    const isOurs = (id: string) => this.#past.has(id) || this.#book.models.has(id);
    const waiting = [...this.#lines].flatMap((line) => line.waiting());
    const shown = new Set([...views, ...waiting, ...known.keys()]);
    this.#past = new Map([...known].filter(([id]) => isOurs(id)));
    for (const id of this.#closed) if (!shown.has(id)) this.#closed.delete(id);
    const { places } = this.store.getState();
    const next = Object.fromEntries(Object.entries(places).filter(([id]) => shown.has(id)));
    if (Object.keys(next).length < Object.keys(places).length) this.store.setState({ places: next });
  }

  /** A frame that may talk to the kernel shows widgets from now on. */
  attach(frame: WidgetFrame): Disposable {
    const line = new FrameLine(frame, (message) => this.#receiveFrame(line, message));
    this.#lines.add(line);
    return toDisposable(() => {
      this.#lines.delete(line);
      line.dispose();
    });
  }

  #receiveFrame(line: FrameLine, message: WidgetToPage): void {
    if (message.type === 'need') this.#need(line, message.id);
    else if (message.type === 'send') this.#send(line, message);
    else void this.#module(line, message.name);
  }

  async #module(line: FrameLine, name: string): Promise<void> {
    try {
      line.module(name, await this.#host.module(name));
    } catch (error) {
      this.#host.log.warn('A module of widgets could not be had', { name, error: String(error) });
      line.module(name, null);
    }
  }

  #need(line: FrameLine, id: string): void {
    const place = this.want(id);
    if (place === 'asking') line.wait(id);
    else this.#answer(line, id);
  }

  #answer(line: FrameLine, id: string): void {
    const live = this.#book.models;
    if (live.has(id)) line.tell(reachable([id], live), true);
    else if (this.#past.has(id)) line.tell(reachable([id], this.#past), false);
    // States of a file may carry code: they go nowhere before a person said so.
    else if (this.#allowed.has(id)) line.tell(reachable([id], this.#others()), false);
    else line.missing(id);
  }

  #send(line: FrameLine, message: Extract<WidgetToPage, { type: 'send' }>): void {
    const { kind, id, data, metadata } = message;
    const buffers = message.buffers.map((buffer) => new Uint8Array(buffer));
    const request = { id: this.#host.newId(), type: kind, content: { comm_id: id, data }, metadata, buffers };
    if (!this.#book.models.has(id) || !this.#host.send(request)) {
      line.notSent(message.messageId);
      return;
    }
    line.didSend(request.id, message.messageId);
    const parts = { msg_id: request.id, msg_type: kind, session: '', username: '', date: '', version: '' };
    const sent: JupyterMessage = { ...request, channel: 'shell', header: parts, parent_header: {} };
    // The kernel's echo tells other pages; this one knows already.
    const change = this.#book.receive(sent);
    if (change?.kind === 'close') this.#capture.didChange(change);
  }

  #showValues(id: string, values: JsonObject): void {
    this.#book.set(id, values);
    for (const line of this.#lines) line.update(id, values);
  }

  #tellValues(id: string, state: JsonObject): void {
    const content = { comm_id: id, data: { method: 'update', state, buffer_paths: [] } };
    this.#host.send({ id: this.#host.newId(), type: 'comm_msg', content });
  }

  /** Something wants to show this model. */
  want(id: string): WidgetPlace {
    const known = this.store.getState().places[id];
    if (known !== undefined) return known;
    this.store.setState(({ places }) => ({ places: { ...places, [id]: this.#placeOf(id) } }));
    if (!this.#book.models.has(id)) this.#askIfWanted();
    return this.store.getState().places[id] ?? 'missing';
  }

  /** A person let the code of this saved widget run. */
  allow(id: string): void {
    for (const reached of reachable([id], this.#others()).keys()) this.#allowed.add(reached);
  }

  #placeOf(id: string): WidgetPlace {
    if (this.#book.models.has(id)) return 'live';
    if (this.#closed.has(id)) return 'closed';
    if (this.#past.has(id)) return 'past';
    if (this.#others().has(id)) return 'saved';
    return this.#asked === 'yes' || this.#kernel === '' ? 'missing' : 'asking';
  }

  #placeAgain(): void {
    const { places } = this.store.getState();
    const next = Object.fromEntries(Object.keys(places).map((id) => [id, this.#placeOf(id)]));
    if (Object.keys(next).some((id) => next[id] !== places[id])) this.store.setState({ places: next });
    for (const line of this.#lines)
      for (const id of line.waiting()) if (next[id] !== 'asking') this.#answer(line, id);
  }

  /** Asks the kernel for its widgets, once, when something is shown that this page has not heard of. */
  #askIfWanted(): void {
    const isWanted = Object.keys(this.store.getState().places).some((id) => !this.#book.models.has(id));
    if (this.#asked !== 'no' || this.#kernel === '' || !isWanted) return;
    const request = new StatesRequest({
      send: (message) => this.#host.send(message),
      newId: () => this.#host.newId(),
      done: (answer) => {
        this.#request = null;
        this.#asked = 'yes';
        const ids = answer ? this.#book.takeStates(answer.data, answer.buffers) : [];
        for (const line of this.#lines) line.tellAgain(ids, this.#book.models);
        this.#placeAgain();
      },
    });
    this.#request = request;
    this.#asked = request.start() ? 'now' : 'no';
  }

  /** The line to the kernel stands (again). */
  didConnect(): void {
    this.#askIfWanted();
  }

  /** The line is cut: nobody says any more whether what was sent got there, and controls are not to wait for it. */
  didCut(): void {
    for (const line of this.#lines) line.finishAll();
    if (this.#request === null) return;
    this.#request = null;
    this.#asked = 'no';
  }

  /** What no kernel has any more: of this session, else of the file. */
  #others(): WidgetModels {
    const metadata = this.#host.metadata();
    if (this.#saved?.metadata !== metadata) this.#saved = { metadata, models: readSavedWidgets(metadata) };
    const { models } = this.#saved;
    return this.#past.size === 0 ? models : new Map([...models, ...this.#past]);
  }

  /** The metadata as a save writes it: with the widgets that cells show, where this session knows of any. */
  metadataToWrite(metadata: JsonObject, cells: readonly NotebookCell[]): JsonObject {
    if (!this.#host.isSaved() || (this.#book.models.size === 0 && this.#past.size === 0)) return metadata;
    const all = new Map<string, WidgetModel>([...this.#others(), ...this.#book.models]);
    const views = cells.flatMap((cell) => viewsOf(cell.outputs));
    return withSavedWidgets(metadata, reachable(views, all));
  }

  dispose(): void {
    this.#captured.dispose();
    for (const line of this.#lines) line.dispose();
    this.#lines.clear();
  }
}

/** The kernel's process began or ended. */
function isNewProcess({ header, content }: JupyterMessage): boolean {
  if (header.msg_type === 'shutdown_reply') return true;
  const told = header.msg_type === 'status' ? content['execution_state'] : undefined;
  return told === 'starting' || told === 'restarting' || told === 'autorestarting' || told === 'dead';
}
