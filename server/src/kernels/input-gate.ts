/**
 * One question of the kernel (`input()`) may stand in many browsers; the first answer goes to the kernel, later ones
 * to the same question are dropped.
 */
export type InputGate = {
  /** The kernel asked. */
  asked(question: { id: string; parentId: string; isPassword: boolean }): void;
  /** May this answer go on, and must its text be kept out of the journal? `parentId` is the question's id, or ''. */
  answer(parentId: string): { isFirst: boolean; isPassword: boolean };
  /** The execution that asked has ended, or the kernel with it. */
  ended(parentId?: string): void;
};

export function createInputGate(): InputGate {
  let open: { id: string; parentId: string; isPassword: boolean } | undefined;
  let hasAsked = false;
  return {
    asked(question) {
      open = question;
      hasAsked = true;
    },
    answer(parentId) {
      // A question from before this hub: we cannot know it, and only its answer can set the kernel free.
      if (!hasAsked) return { isFirst: true, isPassword: true };
      const isAnswer =
        open !== undefined && (parentId === '' || parentId === open.id || parentId === open.parentId);
      const isPassword = open?.isPassword ?? true;
      if (isAnswer) open = undefined;
      return { isFirst: isAnswer, isPassword };
    },
    ended(parentId) {
      if (parentId === undefined || open?.parentId === parentId) open = undefined;
    },
  };
}
