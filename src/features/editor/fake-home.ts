import { problem, ProblemError } from '@atelier-ide/contract';
import { createPageClock } from '@/services/clock.ts';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createFakeBrowser } from '@/services/edits/fake-sharing.ts';
import type { SaveCondition } from '@/services/files/files-service.ts';
import type { Services } from '@/services/services.ts';

/** A home with one file, with the conditions of the real one, for tests; and the browser that shows it. */
export class FakeHome {
  path = 'a.txt';
  text = 'one\n';
  version = 1;
  writes: string[] = [];
  /** What the file held when a checkpoint was made. */
  checkpoints: string[] = [];
  next: Error | null = null;
  browser = createFakeBrowser();
  edits = createFakeEdits(
    { ...createPageClock(), now: () => 0 },
    { share: (path) => this.browser.share(path) },
  );

  isGone = false;

  /** The browser is killed: only what it has on disk is left. */
  crash() {
    this.browser = createFakeBrowser();
  }

  content() {
    return { text: this.text, hash: this.hash, size: 4, modifiedAt: '', writable: true };
  }

  get hash(): string {
    return `h${this.version}`;
  }

  /** Of one page; `share` where that page hears the others in its own time. Nothing answers a page that is dead. */
  services(share = (path: string) => this.browser.share(path), page = { isDead: false }): Services {
    const answer = async <T>(make: () => T): Promise<T> => {
      if (page.isDead) await new Promise(() => undefined);
      return make();
    };
    const files = {
      readText: (path: string) =>
        answer(() => {
          if (this.isGone || path !== this.path)
            throw new ProblemError(problem('not-found', 'There is no such file.'));
          return this.content();
        }),
      writeText: (_path: string, text: string, condition: SaveCondition) =>
        answer(() => this.#write(text, condition)),
      checkpoint: async () => void this.checkpoints.push(this.text),
    };
    const probes = { add: () => ({ dispose() {} }), all: () => [] };
    const log = { warn: () => undefined };
    return { files, probes, log, edits: { ...this.edits, share } } as unknown as Services;
  }

  #write(text: string, condition: SaveCondition) {
    if (this.next) {
      const error = this.next;
      this.next = null;
      throw error;
    }
    const isAsWanted =
      condition === 'new'
        ? this.isGone
        : !this.isGone && typeof condition === 'object' && condition.hash === this.hash;
    if (condition !== 'any' && !isAsWanted) {
      throw new ProblemError(problem('changed-on-disk', 'The file changed on disk.'));
    }
    this.isGone = false;
    this.write(text);
    this.writes.push(text);
    return { hash: this.hash, size: text.length, modifiedAt: '' };
  }

  /** As another program does. */
  write(text: string): void {
    this.text = text;
    this.version += 1;
  }
}
