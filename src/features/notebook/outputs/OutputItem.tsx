import { memo } from 'react';
import type { Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import type { Cut } from '@atelier-ide/core/outputs/fold.ts';
import { SafeHtml } from '../html/SafeHtml.tsx';
import { Latex } from '../markdown/Latex.tsx';
import { Markdown } from '../markdown/Markdown.tsx';
import { asText, chooseOutput, isImageMime, skippedNote } from './choose-output.ts';
import { ErrorOutput } from './ErrorOutput.tsx';
import { ImageOutput } from './ImageOutput.tsx';
import { JsonOutput } from './JsonOutput.tsx';
import { TextOutput } from './TextOutput.tsx';

type OutputItemProps = { output: Output; cut: Cut | null; label: string };

/** One output, in the richest form there is a view for. */
export const OutputItem = memo(function OutputItem({ output, cut, label }: OutputItemProps) {
  switch (output.output_type) {
    case 'stream':
      return (
        <TextOutput
          text={output.text}
          mime={`application/vnd.jupyter.${output.name}`}
          isError={output.name === 'stderr'}
          cut={cut}
        />
      );
    case 'error':
      return <ErrorOutput output={output} />;
    default:
      return <RichItem output={output} label={label} />;
  }
});

function RichItem({ output, label }: { output: RichOutput; label: string }) {
  const choice = chooseOutput(output);
  const note = skippedNote(choice);
  return (
    <>
      {choice.mime === undefined ? null : <MimeView output={output} mime={choice.mime} label={label} />}
      {note === null ? null : <div className="at-output-note">{note}</div>}
    </>
  );
}

function MimeView({ output, mime, label }: { output: RichOutput; mime: string; label: string }) {
  const value = output.data[mime] ?? null;
  const text = asText(value, mime);
  if (isImageMime(mime))
    return <ImageOutput mime={mime} data={text} metadata={output.metadata} label={label} />;
  switch (mime) {
    case 'text/html':
      return <SafeHtml html={text} className="at-html-output" mime={mime} />;
    case 'text/markdown':
      return <Markdown source={text} mime={mime} />;
    case 'text/latex':
      return <Latex source={text} mime={mime} />;
    case 'application/json':
      return <JsonOutput value={value} mime={mime} />;
    default:
      return <TextOutput text={text} mime={mime} />;
  }
}
