import { type ReactNode, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { utf8Length } from '@atelier-ide/core/outputs/stream-text.ts';
import { AnsiText } from './AnsiText.tsx';
import { blocksOf, lineCap, type ShownText, shownText } from './long-text.ts';
import { byteText, counted } from './text-size.ts';
import { TextViewer } from './TextViewer.tsx';

type TextOutputProps = {
  text: string;
  mime: string;
  isError?: boolean;
  /** The height is not limited, however long the text is. */
  isFree?: boolean;
  /** Whose text it is, as the title of the viewer says it. */
  title: string;
};

/**
 * Text as a terminal shows it. Long text scrolls in a box of its own; of very long text the first and last lines are
 * shown, and all of it in a viewer.
 */
export function TextOutput({ text, mime, isError = false, isFree = false, title }: TextOutputProps) {
  const shown = useMemo(() => shownText(text), [text]);
  const [isHigh, setIsHigh] = useState(false);
  const isPart = shown.tail !== null || shown.hasLongLine;
  const isLong = isPart || shown.total > lineCap.scroll;
  const isLimited = isLong && !isHigh && !isFree;
  const boxRef = useStickToEnd(text.length, isLimited, shown.tail !== null);
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
        <Ends shown={shown} />
      </div>
      {isPart ? <AllOfIt text={text} title={title} words={showAll(shown)} /> : null}
      {isLong && !isPart && !isFree ? (
        <Foot>
          <LinkButton onPress={() => setIsHigh(!isHigh)}>
            {isHigh ? 'Limit height' : showAll(shown)}
          </LinkButton>
        </Foot>
      ) : null}
    </>
  );
}

function Ends({ shown }: { shown: ShownText }) {
  return (
    <>
      <Lines lines={shown.head} />
      {shown.tail ? (
        <>
          <div className="at-lines-left-out">{hiddenWords(shown)}</div>
          <Lines lines={shown.tail} />
        </>
      ) : null}
    </>
  );
}

function Foot({ children }: { children: ReactNode }) {
  return <div className="at-output-foot">{children}</div>;
}

function LinkButton({ onPress, children }: { onPress: () => void; children: string }) {
  return (
    <button type="button" className="at-link-button" onClick={onPress}>
      {children}
    </button>
  );
}

/** The way to the viewer of text of which only a part is shown in the cell. */
function AllOfIt({ text, title, words }: { text: string; title: string; words: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Foot>
      <LinkButton onPress={() => setIsOpen(true)}>{words}</LinkButton>
      <TextSize text={text} />
      {isOpen ? <TextViewer text={text} title={title} onClose={() => setIsOpen(false)} /> : null}
    </Foot>
  );
}

const showAll = ({ total, cut }: ShownText) =>
  total === 1 ? 'Show the whole line' : `Show all ${counted(total, 'line')}${cut ? ' that are kept' : ''}`;

/** What is between the first and the last lines. */
function hiddenWords({ hidden, cut }: ShownText): string {
  if (!cut) return `… ${counted(hidden, 'line')} hidden`;
  const lost = `${counted(cut.lines, 'line')} (${byteText(cut.bytes)})`;
  const kept = hidden > 0 ? `${counted(hidden + cut.lines, 'line')} hidden. ` : '';
  return `… ${kept}${lost} in the middle are not kept: the output is too long.`;
}

/** Counted when there is time: it is of no hurry, and the text is long. */
function TextSize({ text }: { text: string }) {
  const seen = useDeferredValue(text);
  const size = useMemo(() => byteText(utf8Length(seen)), [seen]);
  return <span>{size}</span>;
}

function Lines({ lines }: { lines: readonly string[] }) {
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

/**
 * While text arrives, a box that is scrolled to its end stays there. What was there when it came into view is read from
 * its beginning, what is cut from its end: the last lines tell how it ended.
 */
function useStickToEnd(length: number, isActive: boolean, beginsAtEnd: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    const box = ref.current;
    const isOld = isFirst.current && !beginsAtEnd;
    isFirst.current = false;
    if (!box || !isActive) return;
    if (!isOld && wasAtEnd.current) box.scrollTop = box.scrollHeight;
    const note = () => {
      wasAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - 24;
    };
    box.addEventListener('scroll', note, { passive: true });
    return () => box.removeEventListener('scroll', note);
  }, [length, isActive, beginsAtEnd]);
  return ref;
}
