import type { Environment, Token } from '@atelier-ide/contract';

export type DocumentRecord = {
  id: string;
  userId: string;
  path: string;
  kind: 'notebook' | 'file';
  /** The environment last chosen for it. */
  remembered: Environment | null;
  fence: number;
};

export type TokenRecord = Token & { userId: string; secretHash: string };

/** What outlives the server. Kept small, so that a shared database can stand in its place. */
export type Store = {
  documents: {
    byId(id: string): Promise<DocumentRecord | undefined>;
    byPath(userId: string, path: string): Promise<DocumentRecord | undefined>;
    below(userId: string, prefix: string): Promise<readonly DocumentRecord[]>;
    /** Inserts or replaces; a path belongs to one document of a user: an older record of it is removed. */
    put(record: DocumentRecord): Promise<void>;
  };
  tokens: {
    ofUser(userId: string): Promise<readonly TokenRecord[]>;
    bySecretHash(hash: string): Promise<TokenRecord | undefined>;
    put(record: TokenRecord): Promise<void>;
    /** Notes a use; a token that was revoked in the meantime stays so. */
    touch(id: string, lastUsedAt: string): Promise<void>;
    remove(userId: string, id: string): Promise<boolean>;
  };
  /** Small facts: server id, sign-in secret, last environment by user, typical phase times. */
  facts: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
  };
  close(): Promise<void>;
};
