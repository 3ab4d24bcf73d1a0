import { memo } from 'react';
import { ansiPieces } from './ansi.ts';

/** Terminal text as spans. Text only: what looks like markup stays text. */
export const AnsiText = memo(function AnsiText({ text }: { text: string }) {
  if (!text.includes('\u001b')) return text;
  return ansiPieces(text).map(({ text: piece, className, color, background }, index) =>
    className === '' && color === undefined && background === undefined ? (
      piece
    ) : (
      // Pieces have no identity of their own; they are replaced as a whole.
      // oxlint-disable-next-line react/no-array-index-key
      <span key={index} className={className} style={{ color, background }}>
        {piece}
      </span>
    ),
  );
});
