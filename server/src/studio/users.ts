import { userInfo } from 'node:os';
import { type UserProfile, nameSchema } from '@atelier-ide/contract';
import type { User } from './user.ts';

/** The people of this server. */
export type Users = {
  byId(id: string): User | undefined;
  all(): readonly User[];
  profileOf(user: User): UserProfile;
};

/** Name of the account that runs the server, brought into the form of a user profile's name. */
export function profileName(account: string): string {
  const name = account
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return nameSchema.safeParse(name).success ? name : 'user';
}

/** The one user of a server on one's own machine: the account that runs it, with `root` as home. */
export function createSingleUser(root: string): Users {
  const { username, uid, gid } = userInfo();
  const user: User = { id: profileName(username), name: username, role: 'admin' };
  const profile: UserProfile = {
    id: user.id,
    name: user.id,
    status: 'InService',
    home: { uid: uid < 0 ? null : uid, gid: gid < 0 ? null : gid, path: root },
  };
  return { byId: (id) => (id === user.id ? user : undefined), all: () => [user], profileOf: () => profile };
}
