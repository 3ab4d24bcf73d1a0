/** Writing an old notebook anew in the current format, after somebody agreed to it. The original is kept beside it. */
import { ProblemError } from '@atelier-ide/contract';
import { readOtherFormat } from '@atelier-ide/core/notebook/upgrade/other-formats.ts';
import type { NotebookSession } from './notebook-session.ts';

/** Where the original goes: `a.ipynb` of format 3 → `a.v3.ipynb`. */
export function keptName(path: string, format: string, n = 1): string {
  const stem = path.replace(/\.ipynb$/i, '');
  return `${stem}.v${format}${n > 1 ? `-${n}` : ''}.ipynb`;
}

/** Keeps the original under a free name, then writes the file anew. The answer is that name. */
export async function upgradeFormat(session: NotebookSession): Promise<string> {
  const { path, services } = session;
  const { files } = services;
  const file = await files.readText(path);
  const found = readOtherFormat(file.text);
  if (!found || found.upgraded === null) throw new Error('The file on disk changed. Open it again.');
  const kept = await keep(session, file.text, found.format);
  await files.writeText(path, found.upgraded, { hash: file.hash });
  await session.open();
  return kept;
}

async function keep({ path, services }: NotebookSession, text: string, format: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = keptName(path, format, n);
    try {
      await services.files.writeText(name, text, 'new');
      return name;
    } catch (error) {
      const isTaken = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      if (!isTaken || n > 50) throw error;
    }
  }
}
