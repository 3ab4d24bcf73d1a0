/**
 * What a page and the sandboxed document of its outputs say to each other, over one MessagePort that the page hands over
 * once after the document was loaded. The frame runs foreign script, so a page believes nothing that comes out of it
 * (features/notebook/frames/read-message.ts); the other way the frame trusts its page.
 */

/** Where the document is: the page's policy names exactly this address. */
export const framePath = '/frames/outputs.html';

/** The message by which the port comes. */
export const hello = 'atelier-outputs';

/** Colours and fonts of the page, by name of the custom property (`--at-text`). */
export type FrameTheme = { isDark: boolean; tokens: Readonly<Record<string, string>> };

/** Where an output stands, in pixels of the frame. */
export type HostPlace = { id: string; top: number; left: number; width: number };

/** One form of an output. */
export type FrameOutput = {
  mime: string;
  /** Text or JSON value, as in the notebook. Of `bokehjs_*` types the script. */
  data: unknown;
  metadata: Readonly<Record<string, unknown>>;
};

export type RenderRequest = FrameOutput & {
  id: string;
  /** Words for those who do not see it. */
  label: string;
};

export type PageToFrame =
  /** Outputs that are not named stay alive out of sight. */
  | { type: 'place'; epoch: number; hosts: readonly HostPlace[] }
  | ({ type: 'render' } & RenderRequest)
  | { type: 'remove'; id: string }
  | { type: 'theme'; theme: FrameTheme }
  /** The keyboard goes into an output, at its beginning or its end. */
  | { type: 'focus'; id: string; at: 'start' | 'end' }
  | { type: 'ping'; n: number }
  /** Defined by widgets/widget-protocol.ts. */
  | { type: 'widgets'; payload: unknown };

export type LeaveDirection = 'next' | 'previous' | 'out';

/** What keys do wherever the keyboard is in the page, and so in an output too. */
export type PageShortcut = 'save' | 'palette';

export type FrameToPage =
  | { type: 'ready' }
  | { type: 'placed'; epoch: number }
  | { type: 'rendered'; id: string }
  | { type: 'height'; id: string; height: number }
  | { type: 'leave'; id: string; direction: LeaveDirection }
  | { type: 'shortcut'; id: string; shortcut: PageShortcut }
  /** A person pressed something in an output. */
  | { type: 'touched'; id: string }
  | { type: 'pong'; n: number }
  | { type: 'failed'; id: string; message: string }
  | { type: 'widgets'; payload: unknown };

export type RenderContext = {
  /** Ends when the output is removed or rendered anew. */
  signal: AbortSignal;
  theme: FrameTheme;
};

/** Shows some MIME types in a host inside the frame; what it throws is told to the page, which shows another form. */
export type FrameRenderer = {
  mimes(this: void, mime: string): boolean;
  render(this: void, host: HTMLElement, output: FrameOutput, context: RenderContext): Promise<void> | void;
};
