import type { App, CreateApp, Instance, InstanceUsage } from '@atelier-ide/contract';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { User } from '../studio/user.ts';

/**
 * Apps and instances of all users, by the placement rules of the app model: one JupyterServer app a user, one
 * instance of a type a user, at most `limits.appsPerInstance` apps an instance, one app an image an instance, the
 * last app's end ends the instance. Another user's resource is `not-found`. Every change is published on the bus.
 */
export type AppService = {
  list(user: User): readonly App[];
  /** Throws `not-found`. */
  get(user: User, appId: string): App;
  /** Starts an app or returns the one that stands for the same request. Throws problems (limits, impossible, bad input). */
  create(user: User, request: CreateApp): { app: App; created: boolean };
  /** Cancels a Pending app, ends an InService one, clears a Failed one; undefined when it is already gone. */
  remove(user: User, appId: string): App | undefined;
  instances(user: User): readonly Instance[];
  instance(user: User, instanceId: string): Instance;
  removeInstance(user: User, instanceId: string): Instance | undefined;
  /** The user's JupyterServer app, started when it is not there (sign-in calls this). */
  ensureJupyterServer(user: User): App;
  /** Endpoint for the relay and the KernelHub; undefined unless the app is InService. Throws `not-found`. */
  endpoint(user: User, appId: string): AppEndpoint | undefined;
  /** Owner of an app, for code that has only the app's id. */
  ownerOf(appId: string): User | undefined;
  /** Resolves when the app is InService; rejects with a problem when it fails or is removed, or when `signal` aborts. */
  whenInService(user: User, appId: string, signal?: AbortSignal): Promise<App>;
  /** A kernel or terminal of this app did something: bumps lastActivity. */
  touch(appId: string): void;
  /** Whether an app in service answers; a change is published. */
  setHealth(appId: string, health: App['health']): void;
  /** The newest reading of an instance, for `instances`; publishes nothing. */
  noteUsage(instanceId: string, usage: InstanceUsage): void;
  onDidChange(listener: (app: App, userId: string) => void): () => void;
  close(): Promise<void>;
};
