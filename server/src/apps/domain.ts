import { createHash } from 'node:crypto';
import type { Domain, Image } from '@atelier-ide/contract';
import type { ServerConfig } from '../config.ts';
import type { Driver } from '../drivers/driver.ts';
import { dataScienceId } from '../images/data-science.ts';

/** *Data Science* once it can be used; until then, and without it, the first image that can. */
function defaultImage(images: readonly Image[]): string | null {
  const usable = images.filter((image) => image.status === 'CREATED');
  return (usable.find(({ id }) => id === dataScienceId) ?? usable[0])?.id ?? null;
}

/** The domain of this server: its defaults follow what the driver can run here, also when that changes later. */
export async function createDomain(driver: Driver, config: ServerConfig): Promise<Domain> {
  const [images, types] = await Promise.all([driver.images(), driver.instanceTypes()]);
  const usable = types.filter((type) => type.available.ok);
  const cpu = usable.filter((type) => type.gpu === 0);
  const domain: Domain = {
    id: `d-${createHash('sha256').update(config.dataDir).digest('hex').slice(0, 12)}`,
    name: 'Atelier',
    status: 'InService',
    defaults: {
      imageId: defaultImage(images),
      cpuInstanceType: (cpu.find((type) => type.fastLaunch) ?? cpu[0])?.name ?? null,
      gpuInstanceType: usable.find((type) => type.gpu > 0)?.name ?? null,
      scriptId: null,
    },
    limits: { appsPerInstance: 4, instancesPerType: 1, ...config.limits },
    enforcement: driver.enforcement(),
    sharing: { outputs: true },
  };
  driver.onDidChangeImages(() => {
    void driver.images().then((now) => {
      domain.defaults.imageId = defaultImage(now);
    });
  });
  return domain;
}
