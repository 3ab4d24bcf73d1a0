import { useState } from 'react';
import type { DocumentOutline, Outline } from '@/services/documents/documents-service.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { ContentsTree } from './ContentsTree.tsx';
import { countsText } from './contents-words.ts';
import { useDocumentInFront, useOutline } from './use-outline.ts';
import styles from './ContentsView.module.css';

/** The headings of the notebook in front. */
export function View() {
  const front = useDocumentInFront();
  if (!front) {
    return (
      <EmptyState icon="list-tree" title="No notebook is open">
        Open a notebook to see its headings.
      </EmptyState>
    );
  }
  return <Contents key={front.path} outline={front.outline} />;
}

function Contents({ outline }: { outline: DocumentOutline }) {
  const now = useOutline(outline);
  const [filter, setFilter] = useState('');
  if (!now.isReady) return null;
  return (
    <div className={styles['panel']}>
      {now.entries.length === 0 ? (
        <EmptyState icon="list-tree" title="No headings">
          Markdown cells with lines that begin with # are listed here.
        </EmptyState>
      ) : (
        <>
          <div className={styles['filter']}>
            <SearchField label="Filter headings" icon="list-filter" value={filter} onChange={setFilter} />
          </div>
          <ContentsTree now={now} filter={filter} reveal={(id) => outline.reveal(id)} />
        </>
      )}
      <Counts counts={now.counts} />
    </div>
  );
}

function Counts({ counts }: { counts: Outline['counts'] }) {
  const { running, errors, code } = countsText(counts);
  return (
    <p className={styles['foot']}>
      {running !== null && (
        <span>
          <i className={styles['dot']} aria-hidden /> {running}
        </span>
      )}
      {errors !== null && (
        <span>
          <Icon name="circle-x" size={14} className={styles['error']} /> {errors}
        </span>
      )}
      <span className={styles['end']}>{code}</span>
    </p>
  );
}
