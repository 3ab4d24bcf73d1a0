import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { colorize } from '@/ui/monaco/colorize.ts';

const MAX_ENTRIES = 2_000;

/**
 * Coloured sources by content and language. Work is done one source at a time in idle moments, the newest request
 * first: what came into view last is looked at now.
 */
export class ColorCache {
  readonly #html = new Map<string, string | null>();
  #waiting: { key: string; source: string; language: string; done: (html: string | null) => void }[] = [];
  #isBusy = false;

  /** Undefined = not coloured yet; null = stays plain. */
  get(source: string, language: string): string | null | undefined {
    return this.#html.get(keyOf(source, language));
  }

  /** Calls back once the source is coloured, unless cancelled before. */
  request(source: string, language: string, done: (html: string | null) => void): () => void {
    const entry = { key: keyOf(source, language), source, language, done };
    this.#waiting.push(entry);
    this.#pump();
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== entry);
    };
  }

  #pump(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    this.#isBusy = true;
    whenIdle(() => void this.#work());
  }

  async #work(): Promise<void> {
    const entry = this.#waiting.pop();
    try {
      if (entry) entry.done(await this.#color(entry.key, entry.source, entry.language));
    } finally {
      this.#isBusy = false;
      this.#pump();
    }
  }

  async #color(key: string, source: string, language: string): Promise<string | null> {
    const known = this.#html.get(key);
    if (known !== undefined) return known;
    // A grammar that cannot be loaded leaves the text plain.
    const html = await colorize(source, language).catch(() => null);
    if (this.#html.size >= MAX_ENTRIES) {
      const [oldest] = this.#html.keys();
      if (oldest !== undefined) this.#html.delete(oldest);
    }
    this.#html.set(key, html);
    return html;
  }
}

function keyOf(source: string, language: string): string {
  return `${language} ${hashSource(source)}`;
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(run, 16);
}
