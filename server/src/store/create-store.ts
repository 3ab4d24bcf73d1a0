import { chmodSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Client, type InValue, type Row, createClient } from '@libsql/client/sqlite3';
import { environmentSchema, scopeSchema } from '@atelier-ide/contract';
import { z } from 'zod';
import { StartupError } from '../drivers/driver.ts';
import { migrate } from './migrations.ts';
import type { BindingRecord, DocumentRecord, Store, TokenRecord } from './store.ts';

/*
 * The store on libsql: a file in the data folder (WAL), or `:memory:`. Every write is one `batch`, which is one
 * transaction on the one connection; interactive transactions are not used, they would open a second connection.
 */

/** A column that the schema declares as TEXT. */
function text(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new TypeError(`The column ${name} holds no text.`);
  return value;
}
const textOrNull = (row: Row, name: string): string | null => (row[name] === null ? null : text(row, name));

function documentOf(row: Row): DocumentRecord {
  const remembered = textOrNull(row, 'remembered');
  return {
    id: text(row, 'id'),
    userId: text(row, 'user_id'),
    path: text(row, 'path'),
    kind: text(row, 'kind') === 'notebook' ? 'notebook' : 'file',
    remembered: remembered === null ? null : environmentSchema.parse(JSON.parse(remembered)),
    fence: Number(row['fence']),
  };
}

function tokenOf(row: Row): TokenRecord {
  return {
    id: text(row, 'id'),
    userId: text(row, 'user_id'),
    name: text(row, 'name'),
    scopes: text(row, 'scopes')
      .split(' ')
      .map((scope) => scopeSchema.parse(scope)),
    createdAt: text(row, 'created_at'),
    expiresAt: textOrNull(row, 'expires_at'),
    lastUsedAt: textOrNull(row, 'last_used_at'),
    secretHash: text(row, 'secret_hash'),
  };
}

function createDocuments(db: Client): Store['documents'] {
  const first = async (sql: string, args: InValue[]) => {
    const row = (await db.execute({ sql, args })).rows[0];
    return row && documentOf(row);
  };
  return {
    byId: (id) => first('SELECT * FROM documents WHERE id = ?', [id]),
    byPath: (userId, path) => first('SELECT * FROM documents WHERE user_id = ? AND path = ?', [userId, path]),
    async below(userId, prefix) {
      // A comparison of characters, not LIKE: `_` and `%` are ordinary characters of file names.
      const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
      const sql =
        'SELECT * FROM documents WHERE user_id = ? AND substr(path, 1, length(?)) = ? ORDER BY path';
      return (await db.execute({ sql, args: [userId, folder, folder] })).rows.map(documentOf);
    },
    async put(record) {
      const { id, userId, path, kind, remembered, fence } = record;
      await db.batch(
        [
          {
            sql: 'DELETE FROM documents WHERE user_id = ? AND path = ? AND id <> ?',
            args: [userId, path, id],
          },
          {
            sql: `INSERT INTO documents (id, user_id, path, kind, remembered, fence) VALUES (?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, path = excluded.path, kind = excluded.kind,
              remembered = excluded.remembered, fence = excluded.fence`,
            args: [id, userId, path, kind, remembered && JSON.stringify(remembered), fence],
          },
        ],
        'write',
      );
    },
  };
}

const kernelSchema = z.object({ appId: z.string(), kernelId: z.string(), kernelName: z.string() });

function bindingOf(row: Row): BindingRecord {
  const kernel = textOrNull(row, 'kernel');
  return {
    documentId: text(row, 'document_id'),
    generation: Number(row['generation']),
    kernel: kernel === null ? null : kernelSchema.parse(JSON.parse(kernel)),
    hasEnded: row['has_ended'] === 1,
  };
}

function createBindings(db: Client): Store['bindings'] {
  return {
    async all() {
      return (await db.execute('SELECT * FROM bindings')).rows.map(bindingOf);
    },
    async put({ documentId, generation, kernel, hasEnded }) {
      await db.execute({
        sql: `INSERT INTO bindings (document_id, generation, kernel, has_ended) VALUES (?, ?, ?, ?)
          ON CONFLICT (document_id) DO UPDATE SET generation = excluded.generation, kernel = excluded.kernel,
          has_ended = excluded.has_ended`,
        args: [documentId, generation, kernel && JSON.stringify(kernel), hasEnded ? 1 : 0],
      });
    },
  };
}

function createExecutions(db: Client): Store['executions'] {
  return {
    async all(limit) {
      const older = 'DELETE FROM executions WHERE place <= (SELECT max(place) FROM executions) - ?';
      await db.execute({ sql: older, args: [limit] });
      const { rows } = await db.execute('SELECT id, body FROM executions ORDER BY place');
      return rows.map((row) => ({ id: text(row, 'id'), body: text(row, 'body') }));
    },
    async put(records) {
      const sql =
        'INSERT INTO executions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body';
      await db.batch(
        records.map(({ id, body }) => ({ sql, args: [id, body] })),
        'write',
      );
    },
  };
}

function createApps(db: Client): Store['apps'] {
  return {
    async all() {
      const { rows } = await db.execute('SELECT id, body FROM apps ORDER BY place');
      return rows.map((row) => ({ id: text(row, 'id'), body: text(row, 'body') }));
    },
    async put({ id, body }) {
      const sql =
        'INSERT INTO apps (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body';
      await db.execute({ sql, args: [id, body] });
    },
    async remove(id) {
      await db.execute({ sql: 'DELETE FROM apps WHERE id = ?', args: [id] });
    },
  };
}

function createTokens(db: Client): Store['tokens'] {
  return {
    async ofUser(userId) {
      const sql = 'SELECT * FROM tokens WHERE user_id = ? ORDER BY created_at, id';
      return (await db.execute({ sql, args: [userId] })).rows.map(tokenOf);
    },
    async bySecretHash(hash) {
      const answer = await db.execute({ sql: 'SELECT * FROM tokens WHERE secret_hash = ?', args: [hash] });
      return answer.rows[0] && tokenOf(answer.rows[0]);
    },
    async put(r) {
      await db.execute({
        sql: `INSERT INTO tokens (id, user_id, name, scopes, created_at, expires_at, last_used_at, secret_hash)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes,
          expires_at = excluded.expires_at, last_used_at = excluded.last_used_at, secret_hash = excluded.secret_hash`,
        args: [
          r.id,
          r.userId,
          r.name,
          r.scopes.join(' '),
          r.createdAt,
          r.expiresAt,
          r.lastUsedAt,
          r.secretHash,
        ],
      });
    },
    async touch(id, lastUsedAt) {
      await db.execute({ sql: 'UPDATE tokens SET last_used_at = ? WHERE id = ?', args: [lastUsedAt, id] });
    },
    async remove(userId, id) {
      const answer = await db.execute({
        sql: 'DELETE FROM tokens WHERE user_id = ? AND id = ?',
        args: [userId, id],
      });
      return answer.rowsAffected > 0;
    },
  };
}

function createFacts(db: Client): Store['facts'] {
  return {
    async get(key) {
      const row = (await db.execute({ sql: 'SELECT value FROM facts WHERE key = ?', args: [key] })).rows[0];
      return row && text(row, 'value');
    },
    async set(key, value) {
      await db.execute({
        sql: 'INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        args: [key, value],
      });
    },
  };
}

/** Opens the store. `file` is an absolute path, or `:memory:` for tests. */
export async function createStore(file: string): Promise<Store> {
  const isMemory = file === ':memory:';
  let db: Client | undefined;
  try {
    db = createClient({ url: isMemory ? file : pathToFileURL(file).href });
    if (!isMemory) {
      await db.execute('PRAGMA journal_mode = WAL');
      await db.execute('PRAGMA synchronous = NORMAL');
      chmodSync(file, 0o600);
    }
    await migrate(db);
  } catch (error) {
    db?.close();
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The store ${file} cannot be opened (${error instanceof Error ? error.message : String(error)}). Move it away, or give another folder with --data.`,
    );
  }
  const client = db;
  return {
    documents: createDocuments(client),
    bindings: createBindings(client),
    executions: createExecutions(client),
    apps: createApps(client),
    tokens: createTokens(client),
    facts: createFacts(client),
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
