import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Cut } from '@atelier-ide/core/outputs/fold.ts';
import { utf8Length } from '@atelier-ide/core/outputs/stream-text.ts';
import { ansiLines, terminalText } from './ansi.ts';
import { AnsiText } from './AnsiText.tsx';
import { blocksOf, type CutLines, cutLines, lineCap } from './long-text.ts';

type TextOutputProps = { text: string; mime: string; isError?: boolean; cut?: Cut | null };

/**
 * Text as a terminal shows it. Long text scrolls in a box of its own; very long text shows its first and last lines
 * until somebody wants all.
 */
export function TextOutput({ text, mime, isError = false, cut = null }: TextOutputProps) {
  const lines = useMemo(() => ansiLines(terminalText(text)), [text]);
  const [showsAll, setShowsAll] = useState(false);
  const isLong = lines.length > lineCap.scroll;
  const isLimited = isLong && !showsAll;
  const parts = showsAll ? null : cutLines(lines);
  const boxRef = useStickToEnd(lines.length, isLimited);
  const shown = parts
    ? `First ${parts.head.length} and last ${parts.tail.length} are shown, ${size(text)}`
    : '';
  return (
    <>
      <div
        ref={boxRef}
        data-mime={mime}
        className="at-text-output"
        data-stream={isError ? 'stderr' : undefined}
        data-capped={isLimited || undefined}
        // A box that scrolls must be reachable by key.
        tabIndex={isLimited ? 0 : undefined}
      >
        {parts ? <FirstAndLast parts={parts} /> : <AllLines lines={lines} />}
      </div>
      {cut ? <CutNote cut={cut} /> : null}
      {isLong ? (
        <div className="at-output-foot">
          <button type="button" className="at-link-button" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Limit height' : `Show all ${count(lines.length)} lines`}
          </button>
          <span>{shown}</span>
        </div>
      ) : null}
    </>
  );
}

function FirstAndLast({ parts }: { parts: CutLines }) {
  return (
    <>
      <TextBlock lines={parts.head} />
      <div className="at-lines-left-out">{`${count(parts.leftOut)} lines left out`}</div>
      <TextBlock lines={parts.tail} />
    </>
  );
}

function AllLines({ lines }: { lines: readonly string[] }) {
  return blocksOf(lines).map((block, index) => (
    // oxlint-disable-next-line react/no-array-index-key
    <TextBlock key={index} lines={block} isFarAway={lines.length > lineCap.block} />
  ));
}

function TextBlock({ lines, isFarAway = false }: { lines: readonly string[]; isFarAway?: boolean }) {
  const style = isFarAway ? { containIntrinsicSize: `auto ${lines.length * 18}px` } : undefined;
  return (
    <pre className="at-text-block" data-far-away={isFarAway || undefined} style={style}>
      <AnsiText text={lines.join('\n')} />
    </pre>
  );
}

function CutNote({ cut }: { cut: Cut }) {
  return (
    <div className="at-output-note">
      {`${count(cut.lines)} lines (${bytes(cut.bytes)}) in the middle are not kept: the text was too long.`}
    </div>
  );
}

/** While text arrives, a box that is scrolled to its end stays there. */
function useStickToEnd(length: number, isActive: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    const box = ref.current;
    // What was there when it came into view is read from its beginning.
    const isOld = isFirst.current;
    isFirst.current = false;
    if (!box || !isActive) return;
    if (!isOld && wasAtEnd.current) box.scrollTop = box.scrollHeight;
    const note = () => {
      wasAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - 24;
    };
    box.addEventListener('scroll', note, { passive: true });
    return () => box.removeEventListener('scroll', note);
  }, [length, isActive]);
  return ref;
}

const count = (n: number) => n.toLocaleString('en-US');
const size = (text: string) => bytes(utf8Length(text));

function bytes(n: number): string {
  if (n < 1_000) return `${n} B`;
  return n < 1_000_000 ? `${(n / 1_000).toFixed(0)} kB` : `${(n / 1_000_000).toFixed(1)} MB`;
}
