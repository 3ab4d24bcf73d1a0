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
import { IconButton } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { ContextMenu, type MenuEntry } from '@/ui/Menu.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { FileActions } from './file-actions.ts';
import { FilesModel } from './files-model.ts';
import { FileTree } from './FileTree.tsx';
import { Uploads } from './Uploads.tsx';
import styles from './FilesView.module.css';

type Parts = { model: FilesModel; actions: FileActions };

/** The file browser: buttons, path, filter, tree, uploads. */
export function View() {
  const services = useServices();
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    const model = new FilesModel(services);
    setParts({ model, actions: new FileActions(model) });
    void model.start();
    return () => model.dispose();
  }, [services]);
  return parts && <Browser {...parts} />;
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
        <IconButton icon="notebook-pen" label="New notebook" onClick={() => void actions.createNotebook()} />
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
              <EmptyState icon="folder" title="This folder is empty">
                Make a notebook or drop files here to upload them.
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

function PathBar({ folder, onGo }: { folder: string; onGo(path: string): void }) {
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
  const selected = useStore(model.store, (s) => s.selected);
  const hasClipboard = useStore(model.store, (s) => s.clipboard !== null);
  const entries = useStore(model.store, (s) => s.entries);
  const items = useMemo((): MenuEntry[] => {
    const only = selected.length === 1 ? selected[0] : undefined;
    const isFile = only !== undefined && entries[only]?.type !== 'directory';
    const none = selected.length === 0 ? 'Nothing is selected.' : undefined;
    const notOne = only === undefined ? 'Select one item.' : undefined;
    const { folder } = model.store.getState();
    return [
      { id: 'open', label: 'Open', reason: notOne, onSelect: () => only && actions.open(only) },
      {
        id: 'rename',
        label: 'Rename',
        icon: 'pencil',
        keys: 'F2',
        reason: notOne,
        onSelect: () => only && actions.startRenaming(only),
      },
      {
        id: 'duplicate',
        label: 'Duplicate',
        icon: 'copy',
        reason: isFile ? undefined : 'Select one file.',
        onSelect: () => only && void actions.duplicate(only),
      },
      {
        id: 'download',
        label: 'Download',
        icon: 'download',
        reason: isFile ? undefined : 'Select one file.',
        onSelect: () => only && void actions.download(only),
      },
      {
        id: 'path',
        label: 'Copy path',
        icon: 'link',
        reason: notOne,
        onSelect: () => only && void navigator.clipboard.writeText(only),
      },
      'separator',
      {
        id: 'cut',
        label: 'Cut',
        icon: 'scissors',
        keys: 'Ctrl+X',
        reason: none,
        onSelect: () => actions.hold(selected, true),
      },
      {
        id: 'copy',
        label: 'Copy',
        icon: 'clipboard',
        keys: 'Ctrl+C',
        reason: none,
        onSelect: () => actions.hold(selected, false),
      },
      {
        id: 'paste',
        label: 'Paste',
        icon: 'clipboard-paste',
        keys: 'Ctrl+V',
        reason: hasClipboard ? undefined : 'Nothing was cut or copied.',
        onSelect: () => void actions.paste(folder),
      },
      'separator',
      { id: 'new-file', label: 'New file', icon: 'file-plus', onSelect: () => void actions.create('file') },
      {
        id: 'new-folder',
        label: 'New folder',
        icon: 'folder-plus',
        onSelect: () => void actions.create('folder'),
      },
      'separator',
      {
        id: 'delete',
        label: 'Delete',
        icon: 'trash-2',
        keys: 'Del',
        danger: true,
        reason: none,
        onSelect: () => void actions.remove(selected),
      },
    ];
  }, [selected, hasClipboard, entries, model, actions]);
  return (
    <ContextMenu label="File actions" entries={items}>
      {children}
    </ContextMenu>
  );
}

/** F2, Delete and the clipboard keys work on the selection while the browser has the keyboard. */
function handleShortcut(event: KeyboardEvent, { model, actions }: Parts): void {
  if (event.target instanceof HTMLInputElement) return;
  const { selected, folder } = model.store.getState();
  const only = selected.length === 1 ? selected[0] : undefined;
  const isMod = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (event.key === 'F2' && only !== undefined) actions.startRenaming(only);
  else if (event.key === 'Delete' && selected.length > 0) void actions.remove(selected);
  else if (isMod && !event.shiftKey && key === 'x') actions.hold(selected, true);
  else if (isMod && !event.shiftKey && key === 'c') actions.hold(selected, false);
  else if (isMod && !event.shiftKey && key === 'v') void actions.paste(folder);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
