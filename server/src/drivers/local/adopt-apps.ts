/**
 * Goes on with the apps of a server that was killed. An app is taken for the one that was kept only when the zygote
 * still runs it under the pid and the start time that were kept; whatever is left beside those is ended, with its
 * group and its folder.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppExit, InstanceSpec, KeptApp, RunningApp } from '../driver.ts';
import { awayWords } from './exit-words.ts';
import type { LeftApp } from './left-zygote.ts';
import { type KeptFacts, type LocalApps, parseKept } from './local-apps.ts';
import type { LocalGroups } from './local-groups.ts';
import { endProcess, isAlive } from './processes.ts';

export type AdoptParts = {
  left: { apps: readonly LeftApp[]; groups: readonly string[] };
  apps: LocalApps;
  groups: LocalGroups;
  /** Folder of the instances' folders. */
  instancesDir: string;
  take: (kept: KeptApp, facts: KeptFacts) => RunningApp;
  removeGroup: (instanceId: string) => Promise<unknown>;
};

const termGraceMs = 2_000;

async function isThere(left: LeftApp | undefined, facts: KeptFacts | undefined): Promise<boolean> {
  if (!left || !facts) return false;
  const isSame = left.pid === facts.process.pid && left.startTime === facts.process.startTime;
  return isSame && left.state === 'running' && (await isAlive(facts.process));
}

/** The apps by id: those that go on, and how the others ended. Nothing else is left when it resolves. */
export async function adoptApps(
  kept: readonly KeptApp[],
  parts: AdoptParts,
): Promise<ReadonlyMap<string, RunningApp | AppExit>> {
  const { left, apps } = parts;
  const result = new Map<string, RunningApp | AppExit>();
  const instances = new Map<string, InstanceSpec>();
  const rest = new Map(left.apps.map((app) => [app.app, app]));
  for (const one of kept) {
    const { appId } = one.spec;
    const facts = parseKept(one.kept);
    if (!facts || !(await isThere(rest.get(appId), facts)) || apps.hasEnded(appId)) continue;
    rest.delete(appId);
    result.set(appId, parts.take(one, facts));
    if (one.instance) instances.set(one.instance.instanceId, one.instance);
  }
  await Promise.all(
    [...rest.values()].map(({ app: appId, appType: type, pid, startTime }) =>
      apps.end({ appId, type, process: { pid, startTime } }),
    ),
  );
  for (const { spec, kept: text } of kept) {
    if (result.has(spec.appId)) continue;
    // Its zygote may have been killed too; then nobody else can name it.
    const facts = parseKept(text);
    if (facts) await endProcess(facts.process, termGraceMs);
    const exit = apps.claimExit(spec.appId, spec.type);
    result.set(spec.appId, exit ?? { code: null, signal: null, message: awayWords(spec.type) });
  }
  await keepInstances(instances, parts);
  return result;
}

async function keepInstances(
  instances: ReadonlyMap<string, InstanceSpec>,
  { left, groups, instancesDir, removeGroup }: AdoptParts,
): Promise<void> {
  for (const { instanceId, type } of instances.values())
    if (type) groups.adopt(instanceId, type, left.groups.includes(instanceId));
  await Promise.all(left.groups.filter((group) => !instances.has(group)).map(removeGroup));
  const folders = (await readdir(instancesDir)).filter((name) => !instances.has(name));
  const options = { recursive: true, force: true, maxRetries: 5 };
  await Promise.all(folders.map((name) => rm(join(instancesDir, name), options)));
}
