import type { Services } from '@/services/services.ts';
import { FileFinder } from '../html/file-finder.ts';
import { PictureSizes } from '../html/picture-sizes.ts';
import { createSanitizer } from '../html/sanitize.ts';
import { FormulaSetter } from '../markdown/formula-setter.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { ColorCache } from './color-cache.ts';
import { FocusKeeper } from './focus-keeper.ts';
import type { NotebookView } from './use-notebook.ts';

/** Where a view goes when it is asked to show something is its own. */
type Common = Omit<NotebookView, 'reveal' | 'revealHeading'>;

/** What the parts of one view of a notebook share: of all of it, or of the outputs of a cell. */
export function createView(session: NotebookSession, services: Services): Common {
  return {
    session,
    services,
    sanitizer: createSanitizer(window),
    colors: new ColorCache(),
    formulas: new FormulaSetter(),
    pictures: new PictureSizes(),
    finder: new FileFinder(services.files),
    focus: new FocusKeeper(),
  };
}
