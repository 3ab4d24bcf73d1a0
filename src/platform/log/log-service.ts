/** The only door to the console. */
export type LogService = {
  debug(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, error?: unknown): void;
};
