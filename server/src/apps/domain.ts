import { createHash } from 'node:crypto';
import type { Domain } from '@atelier-ide/contract';
import type { ServerConfig } from '../config.ts';
import type { Driver } from '../drivers/driver.ts';

/** The domain of this server: its defaults follow what the driver can run here. */
export async function createDomain(driver: Driver, config: ServerConfig): Promise<Domain> {
  const [images, types] = await Promise.all([driver.images(), driver.instanceTypes()]);
  const usable = types.filter((type) => type.available.ok);
  const cpu = usable.filter((type) => type.gpu === 0);
  return {
    id: `d-${createHash('sha256').update(config.dataDir).digest('hex').slice(0, 12)}`,
    name: 'Atelier',
    status: 'InService',
    defaults: {
      imageId: images.find((image) => image.status === 'CREATED')?.id ?? null,
      cpuInstanceType: (cpu.find((type) => type.fastLaunch) ?? cpu[0])?.name ?? null,
      gpuInstanceType: usable.find((type) => type.gpu > 0)?.name ?? null,
      scriptId: null,
    },
    limits: { appsPerInstance: 4, instancesPerType: 1 },
    sharing: { outputs: true },
  };
}
