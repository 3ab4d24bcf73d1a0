import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';

/**
 * Answers to `input()` that the journal has not shown yet: the kernel waits for them, and the line they went over may
 * have been dead. The server takes one answer to a question, so sending one again is safe.
 */
export class UnheardAnswers {
  readonly #byQuestion = new Map<string, { answer: JupyterMessage; execution: string | undefined }>();

  keep(question: JupyterMessage, answer: JupyterMessage): void {
    const execution = question.parent_header.msg_id;
    this.#byQuestion.set(question.header.msg_id, { answer, execution });
  }

  all(): readonly JupyterMessage[] {
    return [...this.#byQuestion.values()].map(({ answer }) => answer);
  }

  /** Somebody's answer has arrived, or nobody waits for one any more. */
  hear({ header, parent_header }: JupyterMessage): void {
    const parent = parent_header.msg_id;
    if (this.#byQuestion.size === 0 || parent === undefined) return;
    if (header.msg_type === 'input_reply') this.#byQuestion.delete(parent);
    if (header.msg_type !== 'execute_reply') return;
    for (const [question, { execution }] of this.#byQuestion)
      if (execution === parent) this.#byQuestion.delete(question);
  }

  forget(): void {
    this.#byQuestion.clear();
  }
}
