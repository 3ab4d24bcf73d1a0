import { memo } from 'react';
import type { Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { chooseOutput, skippedNote } from './choose-output.ts';
import { ErrorOutput } from './ErrorOutput.tsx';
import { MimeView, type OutputFrame } from './MimeView.tsx';
import { mimeOfView } from './output-views.ts';
import { TextOutput } from './TextOutput.tsx';

/** `view` is the one that a person chose; without it the richest there is. */
type OutputItemProps = OutputFrame & {
  output: Output;
  view: string | undefined;
  /** Something that knows more says why a richer form is not shown. */
  isExplained?: boolean;
};

/** One output. */
export const OutputItem = memo(function OutputItem({
  output,
  view,
  isExplained = false,
  ...frame
}: OutputItemProps) {
  switch (output.output_type) {
    case 'stream':
      return (
        <TextOutput
          text={output.text}
          mime={`application/vnd.jupyter.${output.name}`}
          isError={output.name === 'stderr'}
          title={frame.title}
          isFree={frame.isFree}
        />
      );
    case 'error':
      return <ErrorOutput output={output} />;
    default:
      return <RichItem output={output} view={view} isExplained={isExplained} frame={frame} />;
  }
});

type RichItemProps = {
  output: RichOutput;
  view: string | undefined;
  isExplained: boolean;
  frame: OutputFrame;
};

function RichItem({ output, view, isExplained, frame }: RichItemProps) {
  const chosen = view === undefined ? undefined : mimeOfView(output, view);
  if (view !== undefined && chosen !== undefined)
    return <MimeView output={output} mime={chosen} view={view} frame={frame} />;
  const choice = chooseOutput(output);
  const note = isExplained ? null : skippedNote(choice);
  return (
    <>
      {choice.mime === undefined ? null : (
        <MimeView output={output} mime={choice.mime} view={choice.mime} frame={frame} />
      )}
      {note === null ? null : <div className="at-output-note">{note}</div>}
    </>
  );
}
