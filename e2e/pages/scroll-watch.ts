import type { Page } from '@playwright/test';

/** Where to look: what scrolls, its cells, and what a cell has inside once it is drawn. */
export type ScrollPlaces = { scroller: string; cells: string; drawn: string };

export const ourCells: ScrollPlaces = {
  scroller: '.at-cells-scroll',
  cells: '[data-cell-id]',
  drawn: '[data-part=source] pre:not(:empty), [data-part=rendered] > *, [data-collapsed], .monaco-editor',
};

/** How far one turn of the wheel goes. No usual height divides it, so that a jump does not look like a turn. */
export const turn = 119;

type Frame = { moves: number[]; hole: number; undrawn: number; isAtEnd: boolean };

/**
 * Notes what every frame shows, after everything that runs in it: the list may correct itself once the sizes of the
 * frame are known, and only what is painted counts.
 */
export async function watchScroll(page: Page, places: ScrollPlaces): Promise<void> {
  await page.evaluate(({ scroller, cells, drawn }) => {
    const list = document.querySelector<HTMLElement>(scroller);
    if (!list) throw new Error(`There is no ${scroller}`);
    const frames: Frame[] = [];
    Object.assign(globalThis, { scrollFrames: frames });
    let before = new Map<Element, number>();
    const note = () => {
      const box = list.getBoundingClientRect();
      const shown = [...list.querySelectorAll(cells)]
        .map((cell) => ({ cell, rect: cell.getBoundingClientRect() }))
        .filter(({ rect }) => rect.height > 0 && rect.bottom > box.top && rect.top < box.bottom)
        .toSorted((a, b) => a.rect.top - b.rect.top);
      const tops = new Map(shown.map(({ cell, rect }) => [cell, rect.top] as const));
      // A cell that reaches over the upper edge may grow there without anything in sight moving.
      const moves = [...tops].flatMap(([cell, top]) => {
        const last = before.get(cell);
        return last === undefined || last < box.top || top < box.top ? [] : [top - last];
      });
      before = tops;
      // The head and the foot of a list are no cells.
      let covered = Math.max(box.top, box.top - list.scrollTop + 60);
      let hole = 0;
      for (const { rect } of shown) {
        hole = Math.max(hole, rect.top - covered);
        covered = Math.max(covered, rect.bottom);
      }
      const left = list.scrollHeight - list.clientHeight - list.scrollTop;
      hole = Math.max(hole, Math.min(box.bottom, box.bottom + left - 240) - covered);
      const undrawn = shown.filter(
        ({ cell, rect }) =>
          Math.min(rect.bottom, box.bottom) - Math.max(rect.top, box.top) > 24 && !cell.querySelector(drawn),
      ).length;
      frames.push({ moves, hole, undrawn, isAtEnd: list.scrollTop <= 0 || left <= 1 });
    };
    const after = new MessageChannel();
    after.port1.addEventListener('message', note);
    after.port1.start();
    const tick = () => {
      after.port2.postMessage(null);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }, places);
}

/** Turns the wheel, one turn a frame, and waits until nothing has moved for half a second's frames. */
export async function turnWheel(page: Page, turns: number): Promise<void> {
  const by = Math.sign(turns) * turn;
  for (let i = 0; i < Math.abs(turns); i += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  await whenStill(page);
}

/** What is drawn late may still move what is read. */
export async function whenStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { scrollFrames } = globalThis as unknown as { scrollFrames: Frame[] };
    const isStill = () =>
      scrollFrames.length > 30 &&
      scrollFrames.slice(-30).every(({ moves }) => moves.every((by) => Math.abs(by) < 1));
    do await new Promise((resolve) => requestAnimationFrame(resolve));
    while (!isStill());
  });
}

/**
 * Frames since the last time in which something jumped or was missing. A jump: a cell in sight moved by more than 2 px
 * other than by whole turns of the wheel, or other than its neighbours. A blank: a stretch of the list without a cell,
 * or a cell without its content.
 */
export async function takeFaults(page: Page): Promise<{ frames: number; jumps: number; blanks: number }> {
  const frames = await page.evaluate(() =>
    (globalThis as unknown as { scrollFrames: Frame[] }).scrollFrames.splice(0),
  );
  return {
    frames: frames.length,
    jumps: frames.filter(hasJumped).length,
    blanks: frames.filter(({ hole, undrawn }) => hole > 24 || undrawn > 0).length,
  };
}

function hasJumped({ moves, isAtEnd }: Frame): boolean {
  if (Math.max(...moves) - Math.min(...moves) > 2) return true;
  // At an end a turn is cut short.
  return !isAtEnd && moves.some((by) => Math.abs(by - Math.round(by / turn) * turn) > 2);
}
