/** Milliseconds by which spans are measured: they go on when somebody sets the clock of the machine. No time of day. */
export const steadyNow = (): number => performance.now();
