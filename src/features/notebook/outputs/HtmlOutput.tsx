import { useCallback } from 'react';
import { SafeHtml } from '../html/SafeHtml.tsx';
import { useNotebook } from '../view/use-notebook.ts';
import { copyText } from './copy-output.ts';
import { makeGrids } from './make-grids.ts';

/** HTML of a kernel. Its tables of data become grids unless it is wanted as it came. */
export function HtmlOutput({ html, isAsSent }: { html: string; isAsSent: boolean }) {
  const { notifications } = useNotebook().services;
  const enhance = useCallback(
    (host: HTMLElement) => makeGrids(host, (tsv) => void copyText(notifications, tsv)),
    [notifications],
  );
  return (
    <SafeHtml
      html={html}
      className="at-html-output"
      mime="text/html"
      enhance={isAsSent ? undefined : enhance}
    />
  );
}
