import { type CSSProperties, memo } from 'react';
import { classNames } from '@/ui/class-names.ts';
import { type AnsiPiece, ansiPieces } from './ansi.ts';

/** Terminal text as spans. Text only: what looks like markup stays text. */
export const AnsiText = memo(function AnsiText({ text }: { text: string }) {
  if (!text.includes('\u001b')) return text;
  return ansiPieces(text).map((piece, index) =>
    piece.className === '' && piece.color === undefined && piece.background === undefined ? (
      piece.text
    ) : (
      // Pieces have no identity of their own; they are replaced as a whole.
      // oxlint-disable-next-line react/no-array-index-key
      <span key={index} {...lookOf(piece)}>
        {piece.text}
      </span>
    ),
  );
});

/** A program that sets both colours has thought of their contrast; one that sets only the text's knows no theme. */
function lookOf({ className, color, background }: AnsiPiece): { className: string; style: CSSProperties } {
  if (color === undefined || background !== undefined) return { className, style: { color, background } };
  const style: CSSProperties & { '--at-ansi-own': string } = { '--at-ansi-own': color };
  return { className: classNames(className, 'at-ansi-own'), style };
}
