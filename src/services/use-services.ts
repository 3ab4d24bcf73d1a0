import { createContext, useContext } from 'react';
import type { Services } from './services.ts';

/** How React reaches the services. */
export const ServicesContext = createContext<Services | null>(null);

/** The services of the IDE that this component is part of. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('useServices needs a ServicesContext above it');
  return services;
}
