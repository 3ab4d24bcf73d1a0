import type { NotebookState } from './notebook-store.ts';

type KernelState = NotebookState['kernel']['state'];

/** What the kernel of the notebook does. */
export const kernelStateOf = ({ kernel }: NotebookState): KernelState => kernel.state;

/** What may be over in a moment. */
export const isBusy = (state: KernelState): boolean => state === 'busy';
