import { useEffect } from 'react';
import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { viewsOf } from '@atelier-ide/core/widgets/saved-widgets.ts';
import { useStore } from '@/services/use-store.ts';
import type { WidgetLink } from './widget-link.ts';
import type { WidgetPlace } from './widget-store.ts';

/** Where the widget that an output shows can be had; null for outputs that are none. */
export function useWidgetPlace(widgets: WidgetLink, output: RichOutput): WidgetPlace | null {
  const [id] = viewsOf([output]);
  useEffect(() => {
    if (id !== undefined) widgets.want(id);
  }, [widgets, id]);
  return useStore(widgets.store, ({ places }) => (id === undefined ? null : (places[id] ?? 'asking')));
}

/** The saved state of the widget that an output shows may be used; null for none. */
export function useAllowedWidget(widgets: WidgetLink, output: RichOutput | null): void {
  const [id] = output ? viewsOf([output]) : [];
  useEffect(() => {
    if (id !== undefined) widgets.allow(id);
  }, [widgets, id]);
}
