/**
 * How large the pictures of files were when they were last shown. A cell that comes into sight again keeps their place
 * until their bytes are here; without it what is below would move.
 */
export class PictureSizes {
  readonly #sizes = new Map<string, { width: number; height: number }>();

  note(path: string, { naturalWidth: width, naturalHeight: height }: HTMLImageElement): void {
    if (width > 0 && height > 0) this.#sizes.set(path, { width, height });
  }

  /** An empty picture of the size that this one had; undefined where it was not shown yet. */
  standIn(path: string): string | undefined {
    const size = this.#sizes.get(path);
    if (!size) return undefined;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"/>`;
    return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  }
}
