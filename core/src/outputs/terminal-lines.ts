/**
 * What text looks like after a terminal has seen it: carriage returns overwrite, backspaces step back, cursor
 * movements and erasures do what they say. That is what progress bars need, nested ones too. Colours stay (as SGR);
 * every other escape sequence is taken out. The screen has no bottom and no right edge; nothing scrolls away.
 */
import { applySgr, plainSgr, type Sgr, sgrSequence } from './sgr.ts';

/** Movements cannot create columns beyond this, so that no sequence of a few bytes makes a line of megabytes. */
const MAX_MOVE_COLUMN = 2_000;

/** Anything but plain text, line ends, tabs and colours. */
const NEEDS_TERMINAL = /\r(?!\n)|[\b\u0007\u001b](?!\[[\d;:]*m)/;

const TOKENS =
  // ESC [ parameters final | ESC ] text (BEL or ESC \) | other two-character escapes | controls | text
  /\u001b\[([\d;:<=>?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[P^_X][^\u001b]*\u001b\\|\u001b[ -/]*[0-Z\\^-~]|[\r\n\b\u0007\u001b]|[^\r\n\b\u0007\u001b]+/g;

/** An escape sequence that may go on in the next piece. */
const UNFINISHED = /\u001b(?:\[[\d;:<=>?]*[ -/]*|\][^\u0007\u001b]*\u001b?|[P^_X][^\u001b]*\u001b?|[ -/]*)?$/;
const CONTROLS: ReadonlySet<string> = new Set(['\r', '\n', '\b', '\u0007', '\u001b']);
const MAX_UNFINISHED = 4_096;

/** Whether a text does more than lines and colours. Most text does not, which is found out quickly. */
export function needsTerminal(text: string): boolean {
  const mayMove =
    text.includes('\u001b') || text.includes('\r') || text.includes('\b') || text.includes('\u0007');
  return mayMove && NEEDS_TERMINAL.test(text);
}

/** The text as a terminal shows it. */
export function renderTerminalText(text: string): string {
  if (!needsTerminal(text)) return text;
  const screen = new TerminalScreen();
  screen.write(text);
  return screen.toString();
}

/**
 * A shorter text after which a terminal looks and goes on exactly as after this one; null where there is none (the
 * cursor stands where no sequence may take it).
 */
export function compactTerminalText(text: string): string | null {
  const screen = new TerminalScreen();
  screen.write(text);
  const compact = screen.serialize();
  return compact === null || compact.length >= text.length ? null : compact;
}

/** A screen that can be written to piece by piece, wherever the pieces are cut. */
export class TerminalScreen {
  readonly #rows: Row[] = [new Row()];
  #row = 0;
  #column = 0;
  #sgr: Sgr = plainSgr;
  #style = '';
  #pending = '';

  get lineCount(): number {
    return this.#rows.length;
  }

  write(piece: string): void {
    const text = this.#pending + piece;
    const cut = unfinishedAt(text);
    this.#pending = text.slice(cut);
    for (const [token, parameters = '', final] of text.slice(0, cut).matchAll(TOKENS)) {
      if (final === 'm') this.#setSgr(parameters);
      else if (final !== undefined) this.#control(final, parameters);
      else if (CONTROLS.has(token)) this.#character(token);
      else this.#text(token);
    }
  }

  toString(): string {
    const writer = new StyledText();
    for (const [index, row] of this.#rows.entries()) {
      if (index > 0) writer.add('\n', writer.style);
      row.writeTo(writer);
    }
    return writer.finish();
  }

  /** What is shown, then the way back to where the cursor is, the colour set there, and what is not finished. */
  serialize(): string | null {
    const last = this.#rows.length - 1;
    const isAtEnd = this.#row === last && this.#column === this.#current().length;
    if (!isAtEnd && this.#column > MAX_MOVE_COLUMN) return null;
    const up = last - this.#row;
    const way = isAtEnd
      ? ''
      : `${up > 0 ? `\u001b[${up}A` : ''}\r${this.#column > 0 ? `\u001b[${this.#column}C` : ''}`;
    return this.toString() + way + this.#style + this.#pending;
  }

  #setSgr(parameters: string): void {
    this.#sgr = applySgr(this.#sgr, parameters);
    this.#style = sgrSequence(this.#sgr);
  }

  #text(token: string): void {
    if (token.startsWith('\u001b')) return;
    this.#column = this.#current().put(this.#column, token, this.#style);
  }

  #character(control: string): void {
    if (control === '\r') this.#column = 0;
    else if (control === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (control === '\n') this.#newLine();
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push(new Row());
  }

  #current(): Row {
    const row = this.#rows[this.#row] ?? new Row();
    this.#rows[this.#row] = row;
    return row;
  }

  #control(final: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(';').map((one) => Number.parseInt(one, 10) || 0);
    const count = Math.max(1, first);
    switch (final) {
      case 'K':
        this.#current().erase(this.#column, first);
        break;
      case 'J':
        this.#eraseScreen(first);
        break;
      case 'G':
        this.#moveTo(this.#row, count - 1);
        break;
      case 'H':
      case 'f':
        this.#moveTo(count - 1, Math.max(1, second) - 1);
        break;
      default:
        this.#step(final, count);
    }
  }

  #step(final: string, count: number): void {
    if (final === 'A') this.#moveTo(this.#row - count, this.#column);
    else if (final === 'B') this.#moveTo(this.#row + count, this.#column);
    else if (final === 'C') this.#moveTo(this.#row, this.#column + count);
    else if (final === 'D') this.#moveTo(this.#row, this.#column - count);
    else if (final === 'E') this.#moveTo(this.#row + count, 0);
    else if (final === 'F') this.#moveTo(this.#row - count, 0);
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.min(Math.max(0, row), this.#rows.length - 1);
    this.#column = Math.min(Math.max(0, column), Math.max(MAX_MOVE_COLUMN, this.#column));
  }

  #eraseScreen(mode: number): void {
    if (mode >= 2) {
      for (const row of this.#rows) row.erase(0, 2);
      return;
    }
    this.#current().erase(this.#column, mode);
    if (mode === 0) this.#rows.length = this.#row + 1;
    else for (const row of this.#rows.slice(0, this.#row)) row.erase(0, 2);
  }
}

/** Where the part begins that cannot be judged yet: half an escape sequence, half a surrogate pair. */
function unfinishedAt(text: string): number {
  if (/[\ud800-\udbff]$/.test(text)) return text.length - 1;
  const last = text.lastIndexOf('\u001b');
  if (last < 0) return text.length;
  // The terminator of a string sequence begins with ESC itself.
  const from =
    text[last + 1] === undefined || text[last + 1] === '\\'
      ? Math.max(0, text.lastIndexOf('\u001b', last - 1))
      : last;
  for (const start of from === last ? [last] : [from, last]) {
    const rest = text.slice(start);
    if (rest.startsWith('\u001b') && rest.length <= MAX_UNFINISHED && UNFINISHED.exec(rest)?.index === 0)
      return start;
  }
  return text.length;
}

/** One line: runs while text only comes at its end, single characters once something is overwritten. */
class Row {
  #runs: { text: string; style: string }[] = [];
  #characters: string[] | undefined;
  #styles: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Write at a column; returns the column after it. */
  put(column: number, text: string, style: string): number {
    const size = isAllBasic(text) ? text.length : Array.from(text).length;
    if (this.#characters === undefined && column === this.#length) {
      const last = this.#runs.at(-1);
      if (last?.style === style) last.text += text;
      else this.#runs.push({ text, style });
      this.#length += size;
      return this.#length;
    }
    const characters = this.#explode();
    while (characters.length < column) {
      characters.push(' ');
      this.#styles.push('');
    }
    let at = column;
    for (const character of text) {
      characters[at] = character;
      this.#styles[at] = style;
      at += 1;
    }
    this.#length = characters.length;
    return at;
  }

  /** 0: from the column on, 1: up to and with it, 2: all. */
  erase(column: number, mode: number): void {
    if (mode === 2 || (mode === 0 && column === 0)) {
      this.#runs = [];
      this.#characters = undefined;
      this.#styles = [];
      this.#length = 0;
      return;
    }
    if (mode === 0 && column >= this.#length) return;
    const characters = this.#explode();
    if (mode === 0) {
      characters.length = column;
      this.#styles.length = column;
    } else if (mode === 1) {
      const end = Math.min(column + 1, characters.length);
      characters.fill(' ', 0, end);
      this.#styles.fill('', 0, end);
    }
    this.#length = characters.length;
  }

  writeTo(writer: StyledText): void {
    if (this.#characters === undefined) for (const run of this.#runs) writer.add(run.text, run.style);
    else
      for (const [at, character] of this.#characters.entries()) writer.add(character, this.#styles[at] ?? '');
  }

  #explode(): string[] {
    if (this.#characters !== undefined) return this.#characters;
    const characters: string[] = [];
    for (const run of this.#runs) {
      for (const character of run.text) {
        characters.push(character);
        this.#styles.push(run.style);
      }
    }
    this.#runs = [];
    this.#characters = characters;
    return characters;
  }
}

function isAllBasic(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}

/** Text with an escape sequence wherever the style changes. */
class StyledText {
  readonly #parts: string[] = [];
  style = '';

  add(text: string, style: string): void {
    if (style !== this.style) {
      if (this.style !== '') this.#parts.push('\u001b[0m');
      this.#parts.push(style);
      this.style = style;
    }
    this.#parts.push(text);
  }

  finish(): string {
    if (this.style !== '') this.#parts.push('\u001b[0m');
    return this.#parts.join('');
  }
}
