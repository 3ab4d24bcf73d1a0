/**
 * Asks a kernel for the states of all its widgets, as ipywidgets 8 answers it. A kernel that knows no widgets closes
 * the comm or goes past the question; a busy one answers when it is done.
 */
import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { commIdOf, CONTROL_TARGET } from '@atelier-ide/core/widgets/widget-book.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { CommRequest } from '@/services/jupyter/kernels-service.ts';

export type StatesAnswer = { data: JsonObject; buffers: readonly Uint8Array[] };

export class StatesRequest {
  readonly #commId: string;
  readonly #questionId: string;
  readonly #send: (request: CommRequest) => boolean;
  readonly #newId: () => string;
  readonly #done: (answer: StatesAnswer | null) => void;
  #isOver = false;

  constructor(parts: {
    send(request: CommRequest): boolean;
    newId(): string;
    /** Called once; null: the kernel has no widgets. */
    done(answer: StatesAnswer | null): void;
  }) {
    this.#send = (request) => parts.send(request);
    this.#newId = () => parts.newId();
    this.#done = (answer) => parts.done(answer);
    this.#commId = parts.newId();
    this.#questionId = parts.newId();
  }

  /** False where the line is cut. */
  start(): boolean {
    const comm_id = this.#commId;
    const opened = this.#send({
      id: this.#newId(),
      type: 'comm_open',
      content: { comm_id, target_name: CONTROL_TARGET, data: {} },
      metadata: { version: '1.0.0' },
    });
    const content = { comm_id, data: { method: 'request_states' } };
    return opened && this.#send({ id: this.#questionId, type: 'comm_msg', content });
  }

  receive(message: JupyterMessage): void {
    if (this.#isOver) return;
    const { header, parent_header: parent, content, buffers } = message;
    // The kernel answers on the newest control comm, which may be another page's: the states are the same.
    const data = header.msg_type === 'comm_msg' && isJsonObject(content['data']) ? content['data'] : {};
    if (data['method'] === 'update_states') {
      this.#end({ data, buffers });
      this.#send({ id: this.#newId(), type: 'comm_close', content: { comm_id: this.#commId, data: {} } });
      return;
    }
    const isClosed = header.msg_type === 'comm_close' && commIdOf(message) === this.#commId;
    const isPast =
      header.msg_type === 'status' &&
      content['execution_state'] === 'idle' &&
      parent.msg_id === this.#questionId;
    if (isClosed || isPast) this.#end(null);
  }

  #end(answer: StatesAnswer | null): void {
    this.#isOver = true;
    this.#done(answer);
  }
}
