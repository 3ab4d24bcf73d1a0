import { type App, type Domain, type Environment, ProblemError, problem } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Store } from '../store/store.ts';
import type { User } from '../studio/user.ts';
import type { DocumentState } from './document-state.ts';
import { propose } from './proposal.ts';

export type EnvironmentsOptions = {
  driver: Pick<Driver, 'singleApp' | 'images' | 'instanceTypes'>;
  apps: Pick<AppService, 'create' | 'ensureJupyterServer'>;
  domain: Pick<Domain, 'defaults'>;
  store: Pick<Store, 'facts'>;
};

/** What a wish comes to: the environment to remember, and the app for it. */
export type Environments = {
  /** Checks the wish against what there is; the kernel is named in the answer. Throws `bad-input`. */
  check(wish: Environment): Promise<Environment>;
  /** The app of a checked environment, made when it is not there. Throws problems (limits, impossible). */
  acquire(user: User, environment: Environment): { app: App; created: boolean };
  propose(document: DocumentState): Promise<ReturnType<typeof propose>>;
  /** Notes what the user chose last. */
  noteLast(user: User, environment: Environment): Promise<void>;
};

function refuse(field: string, detail: string): never {
  throw new ProblemError(problem('bad-input', detail, { path: `environment.${field}` }));
}

const lastKey = (userId: string): string => `environment.last.${userId}`;

function parseEnvironment(text: string | undefined): Environment | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Environment) : null;
  } catch {
    // Written by another version: the defaults are proposed instead.
    return null;
  }
}

export function createEnvironments({ driver, apps, domain, store }: EnvironmentsOptions): Environments {
  return {
    async check(wish) {
      const images = await driver.images();
      if (driver.singleApp && wish.imageId === null)
        return { imageId: null, kernelName: wish.kernelName, instanceType: null };
      const imageId = wish.imageId ?? domain.defaults.imageId;
      const image = images.find((candidate) => candidate.id === imageId);
      if (!image) {
        const known = images.map((candidate) => candidate.id).join(', ') || 'none';
        return refuse('imageId', `There is no image ${imageId}. Choose one of: ${known}.`);
      }
      const kernelName = wish.kernelName ?? image.kernels[0]?.name ?? null;
      if (image.kernels.length > 0 && !image.kernels.some((kernel) => kernel.name === kernelName)) {
        const known = image.kernels.map((kernel) => kernel.name).join(', ');
        refuse('kernelName', `${image.displayName} has no kernel ${kernelName}. Choose one of: ${known}.`);
      }
      return { imageId: image.id, kernelName, instanceType: wish.instanceType };
    },

    acquire(user, { imageId, instanceType }) {
      if (driver.singleApp) return { app: apps.ensureJupyterServer(user), created: false };
      const { app, created } = apps.create(user, {
        type: 'KernelGateway',
        ...(imageId === null ? {} : { imageId }),
        ...(instanceType === null ? {} : { instanceType }),
      });
      return { app, created };
    },

    async propose({ record, metadata, user }) {
      const [images, types, last] = await Promise.all([
        driver.images(),
        driver.instanceTypes(),
        store.facts.get(lastKey(user.id)),
      ]);
      const { defaults } = domain;
      const usable = images.filter((image) => image.status === 'CREATED');
      return propose({
        remembered: record.remembered,
        last: parseEnvironment(last),
        metadata,
        images: usable,
        notReady: images.filter((image) => image.status !== 'CREATED'),
        types,
        defaults,
      });
    },

    async noteLast(user, environment) {
      await store.facts.set(lastKey(user.id), JSON.stringify(environment));
    },
  };
}
