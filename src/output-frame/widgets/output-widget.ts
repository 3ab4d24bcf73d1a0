/** The widget that shows outputs. The page decides what goes into it and keeps it as the attribute `outputs`. */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { readWidgetOutputs } from '@atelier-ide/core/widgets/widget-outputs.ts';
import type { FrameManager } from './frame-manager.ts';
import { drawOutput } from './draw-output.ts';

type Shown = { text: string; element: HTMLElement; end: AbortController };

export class OutputModel extends DOMWidgetModel {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      _model_name: 'OutputModel',
      _view_name: 'OutputView',
      _model_module: '@jupyter-widgets/output',
      _view_module: '@jupyter-widgets/output',
      _model_module_version: '1.0.0',
      _view_module_version: '1.0.0',
      msg_id: '',
      outputs: [],
    };
  }
}

export class OutputView extends DOMWidgetView {
  #shown: Shown[] = [];

  override render(): void {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-output');
    this.listenTo(this.model, 'change:outputs', () => this.#draw());
    this.#draw();
  }

  /** Outputs that did not change stay as they are: a plot in them keeps its zoom. */
  #draw(): void {
    const outputs = readWidgetOutputs(this.model.get('outputs'));
    const texts = outputs.map((output) => JSON.stringify(output));
    const same = texts.findIndex((text, index) => this.#shown[index]?.text !== text);
    const kept = same < 0 ? texts.length : same;
    for (const { element, end } of this.#shown.splice(kept)) {
      end.abort();
      element.remove();
    }
    for (const output of outputs.slice(kept)) {
      const element = document.createElement('div');
      const end = new AbortController();
      this.#shown.push({ text: texts[this.#shown.length] ?? '', element, end });
      this.el.append(element);
      void drawOutput(element, output, {
        signal: end.signal,
        manager: this.model.widget_manager as FrameManager,
      });
    }
  }

  override remove(): never {
    for (const { end } of this.#shown) end.abort();
    return super.remove() as never;
  }
}
