/** Ids of executions that are not to begin and have not arrived yet: their drop has overtaken them on the way. */
export type DroppedExecutions = {
  add(documentId: string, executionId: string): void;
  /** Whether it was dropped, asked when it arrives. */
  take(documentId: string, executionId: string): boolean;
};

/** Remembers the newest `limit`: what is still on its way after so many others is not on its way. */
export function createDroppedExecutions(limit: number): DroppedExecutions {
  const keys = new Set<string>();
  const keyOf = (documentId: string, executionId: string): string => `${documentId}\n${executionId}`;
  return {
    add(documentId, executionId) {
      keys.add(keyOf(documentId, executionId));
      const oldest = keys.values().next();
      if (keys.size > limit && oldest.done !== true) keys.delete(oldest.value);
    },
    take: (documentId, executionId) => keys.delete(keyOf(documentId, executionId)),
  };
}
