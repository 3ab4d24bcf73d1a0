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

/** Which kernel a document had; what stands in `kernel` may have ended. */
export type BindingRecord = {
  documentId: string;
  generation: number;
  kernel: { appId: string; kernelId: string; kernelName: string } | null;
  /** The kernel ended by itself. */
  hasEnded: boolean;
};

/** An execution as the execution service keeps it; only that reads `body`. */
export type KeptExecution = { id: string; body: string };

/** An app as the app service keeps it; only that reads `body`, which holds a secret. */
export type AppRow = { id: string; body: string };

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
  bindings: {
    all(): Promise<readonly BindingRecord[]>;
    put(record: BindingRecord): Promise<void>;
  };
  executions: {
    /** The newest ones, oldest first; those before them are forgotten. */
    all(limit: number): Promise<readonly KeptExecution[]>;
    /** Inserts or replaces, all or none. */
    put(records: readonly KeptExecution[]): Promise<void>;
  };
  /** Apps that a server has started and not yet seen end. */
  apps: {
    /** In the order of their starts. */
    all(): Promise<readonly AppRow[]>;
    put(app: AppRow): Promise<void>;
    remove(id: string): Promise<void>;
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
