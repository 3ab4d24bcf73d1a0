import type { Image } from '@atelier-ide/contract';
import type { EnvironmentImage } from './base-python.ts';

/** The images that there are, in the order in which they came. Every change is told, with the whole image. */
export class ImageBoard {
  readonly #images = new Map<string, EnvironmentImage>();
  readonly #listeners = new Set<(image: Image) => void>();

  all(): readonly EnvironmentImage[] {
    return [...this.#images.values()];
  }

  byId(id: string): EnvironmentImage | undefined {
    return this.#images.get(id);
  }

  put(one: EnvironmentImage): void {
    this.#images.set(one.image.id, one);
    this.#tell(one.image);
  }

  /** Takes an image away. The last thing that is told of it is `DELETING`. */
  remove(id: string): void {
    const one = this.#images.get(id);
    if (!one) return;
    this.#images.delete(id);
    this.#tell({ ...one.image, status: 'DELETING' });
  }

  onDidChange(listener: (image: Image) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(image: Image): void {
    for (const listener of this.#listeners) listener(image);
  }
}
