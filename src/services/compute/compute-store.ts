import { createStore } from 'zustand/vanilla';
import type { ComputeState } from './compute-service.ts';

/** Nothing is known until the first reading. */
export const createComputeStore = () =>
  createStore<ComputeState>(() => ({
    isLoaded: false,
    domain: null,
    images: [],
    instanceTypes: [],
    apps: [],
    instances: [],
    kernels: [],
    usage: {},
  }));
