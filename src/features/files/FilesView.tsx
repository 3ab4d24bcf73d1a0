import {
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { ContextMenu } from '@/ui/Menu.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { FileActions } from './file-actions.ts';
import { fileMenu } from './file-menu.ts';
import { FilesModel } from './files-model.ts';
import { FileTree } from './FileTree.tsx';
import { Uploads } from './Uploads.tsx';
import styles from './FilesView.module.css';

type Parts = { model: FilesModel; actions: FileActions };

/** The file browser: buttons, path, filter, tree, uploads. */
export function View() {
  const services = useServices();
  const [parts] = useState(() => {
    const model = new FilesModel(services);
    return { model, actions: new FileActions(model) };
  });
  useEffect(() => {
    void parts.model.start();
    return () => parts.model.stop();
  }, [parts]);
  return <Browser {...parts} />;
}

function Browser({ model, actions }: Parts) {
  const services = useServices();
  const folder = useStore(model.store, (s) => s.folder);
  const filter = useStore(model.store, (s) => s.filter);
  const isEmpty = useStore(
    model.store,
    (s) => s.folders[s.folder]?.status === 'ready' && s.folders[s.folder]?.total === 0,
  );
  const picker = useRef<HTMLInputElement>(null);

  const handleDrop = (event: DragEvent) => {
    event.preventDefault();
    void actions.upload([...event.dataTransfer.files], folder);
  };

  return (
    <div
      className={styles['view']}
      onFocus={() => services.context.set({ focus: 'files' })}
      onDragOver={(event) => event.preventDefault()}
      onDrop={handleDrop}
      onKeyDown={(event) => handleShortcut(event, { model, actions })}
    >
      <PanelActions>
        <IconButton icon="file-plus" label="New file" onClick={() => void actions.create('file')} />
        <IconButton icon="folder-plus" label="New folder" onClick={() => void actions.create('folder')} />
        <IconButton
          icon="notebook-pen"
          label="New notebook"
          onClick={({ currentTarget }) => {
            // Who makes a notebook wants to write in it: the keyboard is free for it, or a space would make the next one.
            void actions.createNotebook(() => currentTarget.blur());
          }}
        />
        <IconButton icon="upload" label="Upload" onClick={() => picker.current?.click()} />
        <IconButton icon="refresh-cw" label="Refresh" onClick={() => void model.refresh()} />
      </PanelActions>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void actions.upload([...(event.target.files ?? [])], folder);
          event.target.value = '';
        }}
      />
      <PathBar folder={folder} onGo={(path) => void model.goTo(path)} />
      <div className={styles['filter']}>
        <SearchField
          label="Filter files"
          icon="list-filter"
          value={filter}
          onChange={(value) => model.store.setState({ filter: value })}
        />
      </div>
      <FileMenu model={model} actions={actions}>
        <div className={styles['content']}>
          {isEmpty && (
            <div className={styles['empty']}>
              <EmptyState
                icon="folder-open"
                title="This folder is empty"
                action={
                  <Button icon="notebook-pen" onClick={() => void actions.createNotebook()}>
                    Make a notebook
                  </Button>
                }
              >
                Drop files here, or make the first notebook.
              </EmptyState>
            </div>
          )}
          <FileTree model={model} actions={actions} />
        </div>
      </FileMenu>
      <Uploads model={model} actions={actions} />
    </div>
  );
}

function PathBar({ folder, onGo }: { folder: string; onGo: (path: string) => void }) {
  const segments = folder === '' ? [] : folder.split('/');
  return (
    <nav aria-label="Path" className={styles['path']}>
      <button type="button" aria-label="Home" onClick={() => onGo('')}>
        <Icon name="house" size={14} />
      </button>
      {segments.map((segment, index) => {
        const path = segments.slice(0, index + 1).join('/');
        return (
          <span key={path}>
            <span aria-hidden>/</span>
            <button
              type="button"
              aria-current={path === folder ? 'page' : undefined}
              onClick={() => onGo(path)}
            >
              {segment}
            </button>
          </span>
        );
      })}
    </nav>
  );
}

function FileMenu({ model, actions, children }: Parts & { children: ReactNode }) {
  const state = useStore(model.store, (s) => s);
  const entries = useMemo(() => fileMenu(state, actions), [state, actions]);
  return (
    <ContextMenu label="File actions" entries={entries}>
      {children}
    </ContextMenu>
  );
}

/** F2, Delete and the clipboard keys work on the selection while the browser has the keyboard. */
function handleShortcut(event: KeyboardEvent, { model, actions }: Parts): void {
  if (event.target instanceof HTMLInputElement) return;
  const { selected, folder } = model.store.getState();
  const isMod = (event.ctrlKey || event.metaKey) && !event.shiftKey;
  const [first] = selected;
  const keys: Record<string, () => void> = {
    F2: () => first !== undefined && actions.startRenaming(first),
    Delete: () => void actions.remove(selected),
    'Mod+x': () => actions.hold(selected, true),
    'Mod+c': () => actions.hold(selected, false),
    'Mod+v': () => void actions.paste(folder),
  };
  const run = keys[isMod ? `Mod+${event.key.toLowerCase()}` : event.key];
  if (!run) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}
