/** What stands in the place of a widget that cannot be shown: the reason, in words. */
import { createErrorWidgetModel, DOMWidgetView, type WidgetModel } from '@jupyter-widgets/base';

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Shows why. Models of the library's own faults come here too. */
export class ProblemView extends DOMWidgetView {
  override render(): void {
    this.el.classList.add('jupyter-widgets', 'widget-problem');
    this.el.textContent = this.words();
  }

  protected words(): string {
    const error: unknown = this.model.get('error');
    return error === undefined ? String(this.model.get('msg')) : wordsOf(error);
  }
}

/** The model of a widget whose own could not be had. */
export function problemModel(error: unknown): typeof WidgetModel {
  const words = wordsOf(error);
  return createErrorWidgetModel(error, words) as unknown as typeof WidgetModel;
}

/** The view of a model whose own could not be had. */
export function problemView(error: unknown): typeof ProblemView {
  return class extends ProblemView {
    protected override words(): string {
      return wordsOf(error);
    }
  };
}
