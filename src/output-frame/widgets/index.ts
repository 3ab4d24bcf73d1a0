/** Widgets in this document: one manager for all views. Loaded when the first widget is shown or told of. */
import { WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import type { FrameRenderer } from '../protocol.ts';
import { FrameManager } from './frame-manager.ts';
import { showView } from './show-view.ts';
import { WidgetModules } from './widget-modules.ts';
import type { WidgetFromPage, WidgetToPage } from './widget-protocol.ts';
import './widgets.css';

export type FrameWidgets = {
  receive(message: WidgetFromPage): void;
  renderer: FrameRenderer;
};

/** Makes the manager; `send` brings its messages to the page. */
export function createWidgetHost(
  send: (message: WidgetToPage, transfer?: Transferable[]) => void,
): FrameWidgets {
  const modules = new WidgetModules((name, version) => send({ type: 'module', name, version }));
  const manager = new FrameManager(send, modules);
  return {
    receive: (message) => manager.receive(message),
    renderer: {
      mimes: (mime) => mime === WIDGET_VIEW_MIME,
      render(host, { data }, { signal, theme }) {
        manager.theme = theme;
        return showView(host, data, { manager, signal });
      },
    },
  };
}
