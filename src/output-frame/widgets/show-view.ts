import type { DOMWidgetView, IWidgetManager } from '@jupyter-widgets/base';
import { Widget } from '@lumino/widgets';

/** Shows a model in an element of the document until the signal ends. `view` is what an output says: `{model_id}`. */
export async function showView(
  element: HTMLElement,
  view: unknown,
  { manager, signal }: { manager: IWidgetManager; signal: AbortSignal },
): Promise<void> {
  const { model_id: id } = (view ?? {}) as { model_id?: unknown };
  if (typeof id !== 'string') throw new Error('This output names no widget.');
  const model = await manager.get_model(id);
  const made = (await manager.create_view(model)) as DOMWidgetView;
  if (signal.aborted || !element.isConnected) {
    await end(made);
    return;
  }
  Widget.attach(made.luminoWidget, element);
  signal.addEventListener('abort', () => void end(made));
}

/** A box takes its children in as they come, and fails where it has gone by then. */
async function end(made: DOMWidgetView): Promise<void> {
  const { children_views: children } = made as { children_views?: { views?: readonly Promise<unknown>[] } };
  await Promise.allSettled(children?.views ?? []);
  made.remove();
}
