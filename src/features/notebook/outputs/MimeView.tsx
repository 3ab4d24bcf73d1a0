import { isJsonMime, type RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { Latex } from '../markdown/Latex.tsx';
import { Markdown } from '../markdown/Markdown.tsx';
import { asText, isImageMime } from './choose-output.ts';
import { HtmlOutput } from './HtmlOutput.tsx';
import { ImageOutput } from './ImageOutput.tsx';
import { JsonOutput } from './JsonOutput.tsx';
import { HTML_AS_SENT } from './output-views.ts';
import { PdfOutput } from './PdfOutput.tsx';
import { TextOutput } from './TextOutput.tsx';

export type OutputFrame = {
  /** What an image is called where its author said nothing. */
  label: string;
  /** Whose output it is, as titles say it. */
  title: string;
  /** The height of long text is not limited. */
  isFree: boolean;
};

type MimeViewProps = { output: RichOutput; mime: string; view: string; frame: OutputFrame };

/** One form of an output. What there is no view of its own for is shown as a value or as text. */
export function MimeView({ output, mime, view, frame }: MimeViewProps) {
  const value = output.data[mime] ?? null;
  const text = asText(value, mime);
  if (isImageMime(mime))
    return <ImageOutput mime={mime} data={text} metadata={output.metadata} label={frame.label} />;
  switch (mime) {
    case 'text/html':
      return <HtmlOutput html={text} isAsSent={view === HTML_AS_SENT} />;
    case 'text/markdown':
      return <Markdown source={text} mime={mime} />;
    case 'text/vnd.mermaid':
      return <Markdown source={fenced(text)} mime={mime} />;
    case 'text/latex':
      return <Latex source={text} mime={mime} />;
    case 'application/pdf':
      return <PdfOutput data={text} title={frame.title} />;
    default:
      return isJsonMime(mime) && typeof value !== 'string' ? (
        <JsonOutput value={value} mime={mime} />
      ) : (
        <TextOutput text={text} mime={mime} title={frame.title} isFree={frame.isFree} />
      );
  }
}

/** A diagram as Markdown has it, whatever marks are in it. */
const fenced = (source: string) => `~~~~~~~~mermaid\n${source}\n~~~~~~~~`;
