/** Going back and forth through what was run, with the unfinished text at the end. Equal neighbours count once. */
export class InputHistory {
  readonly #sources: readonly string[];
  readonly #draft: string;
  #at: number;

  constructor(sources: readonly string[], draft: string) {
    this.#sources = sources.filter((source, index) => source !== sources[index + 1]);
    this.#draft = draft;
    this.#at = this.#sources.length;
  }

  /** The text shown now. */
  get text(): string {
    return this.#sources[this.#at] ?? this.#draft;
  }

  /** Goes one step; null where there is none. */
  go(by: 1 | -1): string | null {
    const next = this.#at + by;
    if (next < 0 || next > this.#sources.length) return null;
    this.#at = next;
    return this.text;
  }
}
