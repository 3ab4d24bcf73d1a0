import { Button } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { bytesOfBase64 } from './output-data.ts';
import { saveFile } from '@/ui/save-file.ts';
import { byteText } from './text-size.ts';

/** A PDF: not shown in the page, but one press away. */
export function PdfOutput({ data, title }: { data: string; title: string }) {
  const bytes = bytesOfBase64(data);
  return (
    <div data-mime="application/pdf" className="at-file-output">
      <Icon name="file-text" />
      {bytes === null ? (
        <span>This PDF cannot be read: its data is damaged.</span>
      ) : (
        <>
          <span>{`PDF, ${byteText(bytes.length)}`}</span>
          <Button
            icon="download"
            onClick={() => saveFile(`${title}.pdf`, new Blob([bytes], { type: 'application/pdf' }))}
          >
            Save PDF
          </Button>
        </>
      )}
    </div>
  );
}
