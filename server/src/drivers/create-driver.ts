import type { ServerConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Driver } from './driver.ts';
import { JupyterDriver } from './jupyter/jupyter-driver.ts';
import { LocalDriver } from './local/local-driver.ts';

/** Makes the driver that the configuration names; `prepare` starts or connects it. */
export function createDriver(config: ServerConfig, log: Log, facts?: Store['facts']): Driver {
  const { driver } = config;
  switch (driver.kind) {
    case 'local':
      return new LocalDriver(config, log, facts);
    case 'jupyter':
      return new JupyterDriver(driver, log);
  }
}
