/** Code of one document that should be put in order. */
export type FormatRequest = {
  /** Path of the document below the home: settings of its folder count. */
  path: string;
  /** A kernel's language: `python`. */
  language: string;
  sources: readonly string[];
};

/** For each source its new text, or where it cannot be read (places count from 1). */
export type FormatResult =
  | { source: string }
  | { problem: { line: number; column: number; message: string } };

/** Puts code in order, on the side of the user's files: it needs no kernel and no compute. */
export type FormatterService = {
  /** True, or why there is no formatter for this language, in a sentence. */
  canFormat(language: string): true | { reason: string };
  /** In the order of the sources. Throws a `ProblemError` where nothing could be formatted. */
  format(request: FormatRequest, signal?: AbortSignal): Promise<readonly FormatResult[]>;
};
