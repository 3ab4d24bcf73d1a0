/**
 * How two tabs come to the same text. The tab that writes has the text that counts, in numbered revisions. Another one
 * has the newest revision that it heard of, and on top of it what was typed there: one edit on its way, and what was typed
 * since. What it hears is brought below both; whatever else goes wrong, the next revision puts right.
 */
import { applyChange, carry, diffText, rebase, type TextChange } from './text-change.ts';
import type { TextEdit, TextHandover, TextStep } from './text-messages.ts';

/** An edit of a revision that is older than these begins anew from the newest one. */
const HISTORY = 500;

/** The revisions of the tab that writes. */
export class TextLeader {
  readonly epoch: string;
  text: string;
  rev = 0;
  readonly acks: Map<string, number>;
  #history: TextChange[] = [];

  constructor(epoch: string, text: string, acks: ReadonlyMap<string, number>) {
    this.epoch = epoch;
    this.text = text;
    this.acks = new Map(acks);
  }

  /** The text is another one here. */
  didBecome(text: string): TextStep {
    return this.#step(diffText(this.text, text), null);
  }

  /** Brings in an edit of another tab: null when it is in already, `behind` when nobody knows any more what it was made of. */
  accept(edit: TextEdit): TextStep | 'behind' | null {
    const { from, seq } = edit;
    if (edit.epoch !== this.epoch || seq <= (this.acks.get(from) ?? 0)) return null;
    const since = this.rev - edit.rev;
    if (since < 0 || since > this.#history.length) return 'behind';
    const over = since === 0 ? [] : this.#history.slice(-since);
    let change = edit.change;
    for (const one of over) change = rebase(change, one, false);
    const last = change.at(-1);
    if (last && last.at + last.drop > this.text.length) return 'behind';
    this.acks.set(from, seq);
    return this.#step(change, { from, seq });
  }

  #step(change: TextChange, ack: TextStep['ack']): TextStep {
    this.text = applyChange(this.text, change);
    this.rev += 1;
    this.#history.push(change);
    if (this.#history.length > HISTORY) this.#history.shift();
    const { epoch, rev } = this;
    return { type: 'text-step', epoch, rev, change, length: this.text.length, ack };
  }
}

/** What another tab knows. `mine` is the text that is shown there. */
export class TextFollower {
  readonly #id: string;
  epoch: string;
  rev: number;
  /** The newest revision that was heard of. */
  confirmed: string;
  readonly acks: Map<string, number>;
  #seq = 0;
  #sent: { seq: number; text: string } | null = null;

  constructor(id: string, { epoch, rev, text, acks }: Pick<TextHandover, 'epoch' | 'rev' | 'text' | 'acks'>) {
    this.#id = id;
    this.epoch = epoch;
    this.rev = rev;
    this.confirmed = text;
    this.acks = new Map(Object.entries(acks));
    this.#seq = this.acks.get(id) ?? 0;
  }

  /** The tab that writes has all that is shown here. */
  hasDelivered(mine: string): boolean {
    return this.#sent === null && mine === this.confirmed;
  }

  /** The next edit to send; null while one is on its way, or where there is none. */
  next(mine: string): TextEdit | null {
    if (this.#sent || mine === this.confirmed) return null;
    const { epoch, rev } = this;
    this.#seq += 1;
    this.#sent = { seq: this.#seq, text: mine };
    const change = diffText(this.confirmed, mine);
    return { type: 'text-edit', epoch, rev, from: this.#id, seq: this.#seq, change };
  }

  /** The text to show after a step of the writing tab; null where something before it is missing. */
  follow(step: TextStep, mine: string): string | null {
    if (step.rev !== this.rev + 1) return null;
    const next = applyChange(this.confirmed, step.change);
    if (next.length !== step.length) return null;
    const { ack } = step;
    if (ack) this.acks.set(ack.from, ack.seq);
    const sent = this.#sent;
    let shown: string;
    if (sent && ack?.from === this.#id && ack.seq === sent.seq) {
      shown = carry(sent.text, mine, diffText(sent.text, next)).text;
      this.#sent = null;
    } else if (sent) {
      const below = carry(this.confirmed, sent.text, step.change);
      shown = carry(sent.text, mine, below.change).text;
      this.#sent = { ...sent, text: below.text };
    } else shown = carry(this.confirmed, mine, step.change).text;
    this.confirmed = next;
    this.rev = step.rev;
    return shown;
  }

  /** The text to show after all of it was told anew, by the same tab or by another one that writes now. */
  adopt({ epoch, rev, text, acks }: TextHandover, mine: string): string {
    const sent = this.#sent;
    const base = sent && (acks[this.#id] ?? 0) >= sent.seq ? sent.text : this.confirmed;
    const shown = carry(base, mine, diffText(base, text)).text;
    this.#sent = null;
    this.epoch = epoch;
    this.rev = rev;
    this.confirmed = text;
    for (const [id, seq] of Object.entries(acks)) this.acks.set(id, seq);
    return shown;
  }
}
