import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  type CreateToken,
  type CreatedToken,
  type Token,
  ProblemError,
  problem,
} from '@atelier-ide/contract';
import type { Store, TokenRecord } from '../store/store.ts';
import type { Principal } from './principal.ts';

/** Only the SHA-256 of a secret is kept: it has 256 random bits, so a slow hash would add nothing. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
/** `lastUsedAt` is written at most this often. */
const useGrainMs = 60_000;

export type PersonalTokens = {
  list(userId: string): Promise<readonly Token[]>;
  /** A token never gives more than its maker has: no further scope, no longer life. */
  create(maker: Principal, request: CreateToken): Promise<CreatedToken>;
  remove(userId: string, id: string): Promise<boolean>;
  /** The token of a secret, unless it has expired. Notes the use. */
  verify(secret: string): Promise<TokenRecord | undefined>;
};

export const credentialOfToken = (id: string): string => `token:${id}`;

function publicOf({ id, name, scopes, createdAt, expiresAt, lastUsedAt }: TokenRecord): Token {
  return { id, name, scopes, createdAt, expiresAt, lastUsedAt };
}

export function createPersonalTokens(store: Store, now: () => number): PersonalTokens {
  return {
    list: async (userId) => (await store.tokens.ofUser(userId)).map(publicOf),
    async create(maker, request) {
      const further = request.scopes.filter((scope) => !maker.scopes.has(scope));
      if (further.length > 0) {
        throw new ProblemError(
          problem(
            'forbidden',
            `This token may not give the scope ${further.join(', ')}. Make the new one in the browser.`,
          ),
        );
      }
      const wished = request.expiresInSeconds === undefined ? null : now() + request.expiresInSeconds * 1000;
      // A session ends too, but tokens are made to outlive it; only a token passes on its own end.
      const bound = maker.session ? null : maker.expiresAt;
      const end = bound === null ? wished : Math.min(wished ?? bound, bound);
      const secret = `atl_${randomBytes(32).toString('base64url')}`;
      const record: TokenRecord = {
        id: randomUUID(),
        userId: maker.user.id,
        name: request.name,
        scopes: [...new Set(request.scopes)],
        createdAt: new Date(now()).toISOString(),
        expiresAt: end === null ? null : new Date(end).toISOString(),
        lastUsedAt: null,
        secretHash: hashOf(secret),
      };
      await store.tokens.put(record);
      return { ...publicOf(record), secret };
    },
    remove: (userId, id) => store.tokens.remove(userId, id),
    async verify(secret) {
      const record = await store.tokens.bySecretHash(hashOf(secret));
      if (!record || (record.expiresAt !== null && Date.parse(record.expiresAt) <= now())) return undefined;
      if (record.lastUsedAt !== null && Date.parse(record.lastUsedAt) + useGrainMs > now()) return record;
      const used = { ...record, lastUsedAt: new Date(now()).toISOString() };
      await store.tokens.touch(used.id, used.lastUsedAt);
      return used;
    },
  };
}
