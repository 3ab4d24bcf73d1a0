import { useId, useState } from 'react';
import { type MetadataKind, readMetadataText } from '@atelier-ide/core/notebook/metadata-text.ts';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { MonacoEditor } from '@/ui/monaco/MonacoEditor.tsx';
import styles from './Inspector.module.css';

/** What was typed and not applied, and the text that it began with. */
export type Draft = { text: string; base: string };

type MetadataEditorProps = {
  label: string;
  kind: MetadataKind;
  hint?: string | undefined;
  metadata: JsonObject;
  text: string;
  isReadOnly: boolean;
  draft: Draft | undefined;
  onDraft: (draft: Draft | null) => void;
  onApply: (metadata: JsonObject) => void;
};

/** Metadata as JSON. It counts when it is applied; what is refused stays as it was typed, with the reason. */
export function MetadataEditor(props: MetadataEditorProps) {
  const { label, kind, hint, metadata, text, isReadOnly, draft, onDraft, onApply } = props;
  const { theme } = useServices();
  const themeName = useStore(theme.store, (state) => state.theme);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const shown = draft?.text ?? text;
  const isChanged = draft !== undefined && draft.text !== text;

  const apply = () => {
    const result = readMetadataText(shown, kind, metadata);
    setProblem(result.ok ? null : result.problem);
    if (!result.ok) return;
    onApply(result.metadata);
    onDraft(null);
  };
  const discard = () => {
    setProblem(null);
    onDraft(null);
  };
  return (
    <div role="group" aria-label={`${label} as JSON`} className={styles['metadata']}>
      <div className={styles['label']} id={id}>
        {label}
        {hint === undefined ? null : <span className={styles['hint']}>{hint}</span>}
      </div>
      <div className={styles['json']} data-invalid={problem === null ? undefined : true}>
        <MonacoEditor
          value={shown}
          language="json"
          ariaLabel={label}
          theme={themeName}
          wordWrap
          readOnly={isReadOnly}
          className={styles['editor'] ?? ''}
          onChange={(next) => {
            setProblem(null);
            onDraft(next === text ? null : { text: next, base: draft?.base ?? text });
          }}
          onKeyDown={(event) => {
            const isApply = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
            if (isApply && isChanged) apply();
            return isApply;
          }}
        />
      </div>
      {problem === null ? null : (
        <p role="alert" className={styles['problem']}>
          <Icon name="circle-alert" size={14} /> <span>{problem} Nothing was changed.</span>
        </p>
      )}
      {isChanged && draft.base !== text ? (
        <p className={styles['note']}>It changed elsewhere while you were writing. Applying replaces that.</p>
      ) : null}
      {isChanged ? (
        <div className={styles['actions']}>
          <Button onClick={apply}>Apply</Button>
          <Button variant="quiet" onClick={discard}>
            Discard
          </Button>
        </div>
      ) : null}
    </div>
  );
}
