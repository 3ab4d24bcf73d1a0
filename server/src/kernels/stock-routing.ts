/**
 * Who gets which answer. All browsers share one connection to the kernel, so a reply says by its parent whom it
 * belongs to: the socket that sent a request with this msg_id, else (the server was restarted, the request is old)
 * the socket whose session the request carried. Sockets are known by a key that a reconnecting client keeps.
 */
export type StockRouting = {
  /** The socket of `key` sent this request. */
  note(key: string, request: { id: string; session: string }): void;
  isFor(key: string, parent: { id: string; session: string }): boolean;
};

/** Requests whose owner is remembered; older ones are found by their session. */
const maxRequests = 20_000;
const maxSessions = 2000;

function bound<K, V>(map: Map<K, V>, limit: number): void {
  if (map.size <= limit) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

export function createStockRouting(): StockRouting {
  const owners = new Map<string, string>();
  const sessions = new Map<string, string>();
  return {
    note(key, request) {
      owners.set(request.id, key);
      bound(owners, maxRequests);
      sessions.delete(request.session);
      sessions.set(request.session, key);
      bound(sessions, maxSessions);
    },
    isFor(key, parent) {
      const owner = owners.get(parent.id);
      if (owner !== undefined) return owner === key;
      return parent.session !== '' && (sessions.get(parent.session) ?? parent.session) === key;
    },
  };
}
