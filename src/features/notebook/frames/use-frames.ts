import { createContext, useContext } from 'react';
import type { NotebookFrames } from './notebook-frames.ts';
import type { ScriptTrust } from './script-trust.ts';

/** What outputs that need script share; without it they are shown without. */
export type Frames = { frames: NotebookFrames; trust: ScriptTrust };

export const FramesContext = createContext<Frames | null>(null);

export function useFrames(): Frames | null {
  return useContext(FramesContext);
}
