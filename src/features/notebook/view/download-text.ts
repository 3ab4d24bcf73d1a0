import { saveFile } from '@/ui/save-file.ts';

/** Gives a notebook to the person as a file. */
export function downloadText(name: string, text: string): void {
  saveFile(name, new Blob([text], { type: 'application/x-ipynb+json' }));
}

/** `a/b/notebook.ipynb` → `notebook.<mark>.ipynb`. */
export function copyName(path: string, mark: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${name}.${mark}` : `${name.slice(0, dot)}.${mark}${name.slice(dot)}`;
}
