/** A signed-in user as the domain logic sees it. */
export type User = { id: string; name: string; role: 'user' | 'admin' };
