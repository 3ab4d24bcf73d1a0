import type { CellId, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import { useStore } from '@/services/use-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { useAllowedWidget, useWidgetPlace } from '../widgets/use-widget-place.ts';
import { type Failures, scriptForm, standBeside } from './script-form.ts';
import type { Trust } from './script-trust.ts';
import type { Frames } from './use-frames.ts';

const NONE: Failures = {};

export type ScriptUse = {
  /** The form that a frame would show; none where the output is shown without script. */
  form: string | null;
  may: Trust;
  failure: string | undefined;
  widget: ReturnType<typeof useWidgetPlace>;
};

type Asked = { id: string; cellId: CellId; output: RichOutput; view: string | undefined };

/** Whether an output needs script, and may have it. */
export function useScriptForm({ frames, trust }: Frames, { id, cellId, output, view }: Asked): ScriptUse {
  const { session } = useNotebook();
  const failures = useStore(frames.store, (state) => state.failures[id]) ?? NONE;
  const widget = useWidgetPlace(session.widgets, output);
  const isBeside = useNotebookState(({ cells }) => standBeside(cells[cellId]?.outputs ?? []));
  const passed = widget === 'missing' ? { ...failures, [WIDGET_VIEW_MIME]: '' } : failures;
  const richest = scriptForm(output, passed, isBeside);
  const form = view === undefined || view === richest ? richest : null;
  // A widget's code comes from the kernel that it is in; what no kernel has, from the file, code and all.
  const isOfKernel = form === WIDGET_VIEW_MIME && widget !== 'saved';
  const beside = useNotebookState(({ metadata }) =>
    widget === 'saved' ? (metadata['widgets'] ?? null) : null,
  );
  const may = useStore(trust.store, (): Trust => {
    if (form === null) return 'no';
    return isOfKernel ? 'yes' : trust.mayRun(output, beside);
  });
  useAllowedWidget(session.widgets, may === 'yes' ? output : null);
  return { form, may, failure: Object.values(failures)[0], widget };
}
