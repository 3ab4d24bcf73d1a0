import { createStore } from 'zustand/vanilla';
import type { ComputeState } from './compute-service.ts';

export const createComputeStore = () =>
  createStore<ComputeState>(() => ({
    isLoaded: false,
    domain: null,
    images: [],
    instanceTypes: [],
    apps: [],
    instances: [],
  }));
