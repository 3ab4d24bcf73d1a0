/** The height of a cell's outputs, as JupyterLab keeps it in the cell's metadata: limited, free, or by their length. */
import type { JsonObject, NotebookCell } from '@atelier-ide/core/notebook/model.ts';

export type OutputHeight = 'limited' | 'free' | 'auto';

export function outputHeightOf({ metadata }: Pick<NotebookCell, 'metadata'>): OutputHeight {
  const { scrolled } = metadata;
  return typeof scrolled === 'boolean' ? (scrolled ? 'limited' : 'free') : 'auto';
}

export function withOutputHeight(metadata: JsonObject, height: OutputHeight): JsonObject {
  const { scrolled: _, ...rest } = metadata;
  return height === 'auto' ? rest : { ...rest, scrolled: height === 'limited' };
}
