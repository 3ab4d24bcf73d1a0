import 'flexlayout-react/style/light.css';
import './dock.css';
import {
  type ITabRenderValues,
  type ITabSetRenderValues,
  Layout,
  type BorderNode,
  type TabNode,
  TabSetNode,
} from 'flexlayout-react';
import { type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { DockState } from '@/platform/tabs/dock-port.ts';
import { useServices } from '@/services/use-services.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import type { Opener } from '@/platform/contributions/contribution.ts';
import { mendControls, moveToEdge, tabElement } from './dock-focus.ts';
import type { FlexDock } from './flex-dock.ts';
import { type LazyOpeners, TabContent, useLazyOpeners } from './TabContent.tsx';
import { TabLabel } from './TabLabel.tsx';

const keyMap = { focusNextTabset: 'F6', focusPreviousTabset: 'Shift+F6', closeTab: 'Delete' };
const icons = { close: <Icon name="x" size={14} />, more: <Icon name="chevron-down" size={14} /> };

type DockProps = { dock: FlexDock; openers: readonly Opener[]; onNewTab?: (() => void) | undefined };

/** The tabs in their groups. Contents keep their DOM when a tab is dragged elsewhere. */
export function Dock({ dock, openers, onNewTab }: DockProps) {
  const { tabs } = useServices();
  const lazy = useLazyOpeners(openers);
  const root = useRef<HTMLDivElement>(null);
  useFocusAfterClose(dock, root);
  useEffect(() => {
    const mend = () => root.current && mendControls(root.current);
    const change = dock.onDidChange(() => requestAnimationFrame(mend));
    requestAnimationFrame(mend);
    return () => change.dispose();
  }, [dock]);

  const renderTab = (node: TabNode, values: ITabRenderValues) => {
    const tab = tabs.store.getState().tabs.find((one) => one.id === node.getId());
    const icon = tab?.icon ?? openers.find((opener) => opener.kind === tab?.kind)?.icon;
    if (icon) values.leading = <Icon name={icon} size={14} />;
    values.content = <TabLabel id={node.getId()} title={node.getName()} />;
  };

  const renderGroup = (node: TabSetNode | BorderNode, values: ITabSetRenderValues) => {
    if (!onNewTab || !(node instanceof TabSetNode) || node.getClassNameTabStrip()) return;
    values.stickyButtons.push(<IconButton key="new" icon="plus" label="New launcher" onClick={onNewTab} />);
  };

  const handleAuxClick = (event: MouseEvent) => {
    const tab = event.target instanceof Element ? event.target.closest('[role=tab]') : null;
    const id = tab?.querySelector<HTMLElement>('[data-tab-id]')?.dataset['tabId'];
    if (event.button === 1 && id !== undefined) void tabs.close(id);
  };

  return (
    <div
      ref={root}
      className="at-dock"
      onKeyDown={(event) => moveToEdge(event.nativeEvent)}
      onAuxClick={handleAuxClick}
    >
      <Layout
        model={dock.model()}
        factory={(node) => <Content dock={dock} id={node.getId()} openers={lazy} />}
        onAction={(action) => dock.intercept(action)}
        onRenderTab={renderTab}
        onRenderTabSet={renderGroup}
        keyMap={keyMap}
        icons={icons}
        supportsPopout={false}
        realtimeResize
        invalidateTabContentOnParentRender={false}
      />
    </div>
  );
}

function Content({ dock, id, openers }: { dock: FlexDock; id: string; openers: LazyOpeners }) {
  const [isVisible, setVisible] = useState(() => dock.state().visibleIds.includes(id));
  useEffect(() => {
    const follow = (state: DockState) => setVisible(state.visibleIds.includes(id));
    follow(dock.state());
    const change = dock.onDidChange(follow);
    return () => change.dispose();
  }, [dock, id]);
  return <TabContent id={id} isVisible={isVisible} openers={openers} />;
}

/** When the focused tab goes, the browser drops the focus; it goes on with the tab that is active then. */
function useFocusAfterClose(dock: FlexDock, root: { readonly current: HTMLDivElement | null }): void {
  const count = useRef(dock.state().ids.length);
  useLayoutEffect(() => {
    const change = dock.onDidChange(({ ids }) => {
      const isFewer = ids.length < count.current;
      count.current = ids.length;
      const element = root.current;
      const hadFocus = element?.contains(element.ownerDocument.activeElement) ?? false;
      if (!isFewer || !element || !hadFocus) return;
      requestAnimationFrame(() => {
        const { activeElement, body } = element.ownerDocument;
        // Read now: another tab may have come in place of the last one.
        const { activeId } = dock.state();
        if (activeId !== null && (!activeElement || activeElement === body))
          tabElement(element, activeId)?.focus();
      });
    });
    return () => change.dispose();
  }, [dock, root]);
}
