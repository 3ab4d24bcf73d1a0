import type { MenuEntry } from '@/ui/Menu.tsx';
import type { FileActions } from './file-actions.ts';
import type { FilesState } from './files-store.ts';

/** The menu "File actions" for what is selected; what cannot be done now says why. */
export function fileMenu(state: FilesState, actions: FileActions): MenuEntry[] {
  return [
    ...entriesOfOne(state, actions),
    'separator',
    ...clipboardEntries(state, actions),
    'separator',
    ...otherEntries(state, actions),
  ];
}

function entriesOfOne({ selected, entries }: FilesState, actions: FileActions): MenuEntry[] {
  const path = selected.length === 1 ? (selected[0] ?? '') : '';
  const isFile = path !== '' && entries[path]?.type !== 'directory';
  const notOne = path === '' ? 'Select one item.' : undefined;
  const notFile = isFile ? undefined : 'Select one file.';
  return [
    { id: 'open', label: 'Open', reason: notOne, onSelect: () => actions.open(path) },
    {
      id: 'rename',
      label: 'Rename',
      icon: 'pencil',
      keys: 'F2',
      reason: notOne,
      onSelect: () => actions.startRenaming(path),
    },
    {
      id: 'duplicate',
      label: 'Duplicate',
      icon: 'copy',
      reason: notFile,
      onSelect: () => void actions.duplicate(path),
    },
    {
      id: 'download',
      label: 'Download',
      icon: 'download',
      reason: notFile,
      onSelect: () => void actions.download(path),
    },
    {
      id: 'path',
      label: 'Copy path',
      icon: 'link',
      reason: notOne,
      onSelect: () => void actions.copyPath(path),
    },
  ];
}

function clipboardEntries({ selected, clipboard, folder }: FilesState, actions: FileActions): MenuEntry[] {
  const none = selected.length === 0 ? 'Nothing is selected.' : undefined;
  const noClip = clipboard === null ? 'Nothing was cut or copied.' : undefined;
  return [
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
      reason: noClip,
      onSelect: () => void actions.paste(folder),
    },
  ];
}

function otherEntries({ selected }: FilesState, actions: FileActions): MenuEntry[] {
  const none = selected.length === 0 ? 'Nothing is selected.' : undefined;
  return [
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
}
