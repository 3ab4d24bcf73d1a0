import type { Client } from '@libsql/client/sqlite3';
import { StartupError } from '../drivers/driver.ts';

/** Step n brings `user_version` from n to n + 1. Steps are never edited once released, only added. */
const steps: readonly (readonly string[])[] = [
  [
    `CREATE TABLE documents (
      id TEXT PRIMARY KEY, user_id TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
      remembered TEXT, fence INTEGER NOT NULL, UNIQUE (user_id, path)) STRICT`,
    `CREATE TABLE tokens (
      id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
      created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT, secret_hash TEXT NOT NULL UNIQUE) STRICT`,
    'CREATE INDEX tokens_of_user ON tokens (user_id, created_at)',
    'CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT',
  ],
  [
    `CREATE TABLE bindings (
      document_id TEXT PRIMARY KEY, generation INTEGER NOT NULL, kernel TEXT, has_ended INTEGER NOT NULL) STRICT`,
    'CREATE TABLE executions (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT',
  ],
  ['CREATE TABLE apps (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT'],
];

/** Brings a database to the newest form; each step is one transaction. A newer database is refused, not guessed at. */
export async function migrate(db: Client): Promise<void> {
  const answer = await db.execute('PRAGMA user_version');
  const version = Number(answer.rows[0]?.['user_version'] ?? 0);
  if (version > steps.length) {
    throw new StartupError(
      'The data folder was written by a newer version of Atelier. Update Atelier, or give another folder with --data.',
    );
  }
  for (const [index, statements] of steps.entries()) {
    if (index < version) continue;
    await db.batch([...statements, `PRAGMA user_version = ${index + 1}`], 'write');
  }
}
