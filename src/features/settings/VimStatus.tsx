import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';

const words = { normal: 'Normal', insert: 'Insert', visual: 'Visual', replace: 'Replace' } as const;

/** The mode of Vim, while the keys are Vim's and somebody edits. */
export function View() {
  const { context, settings } = useServices();
  const isOn = useStore(settings.store, (values) => values['editor.keyMap'] === 'vim');
  const mode = useStore(context.store, (facts) => facts.vimMode ?? null);
  const isEditing = useStore(context.store, ({ focus }) => focus === 'notebook-edit' || focus === 'editor');
  return isOn && isEditing && mode !== null ? <span>Vim: {words[mode]}</span> : null;
}
