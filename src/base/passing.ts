/** Long enough for a short cell to end, and well below what a person feels as waiting. In ms. */
export const PASSING_MS = 60;
