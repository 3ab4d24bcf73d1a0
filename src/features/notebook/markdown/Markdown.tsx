import { memo, useMemo } from 'react';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { SafeHtml } from '../html/SafeHtml.tsx';
import { markdownToHtml } from './markdown-to-html.ts';

type MarkdownProps = { source: string; attachments?: JsonObject | undefined; mime?: string };

/** Markdown as text for reading. */
export const Markdown = memo(function Markdown({ source, attachments, mime }: MarkdownProps) {
  const html = useMemo(() => markdownToHtml(source), [source]);
  return (
    <SafeHtml
      html={html}
      className="at-markdown"
      attachments={attachments}
      {...(mime === undefined ? {} : { mime })}
    />
  );
});
