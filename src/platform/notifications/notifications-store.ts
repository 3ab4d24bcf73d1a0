import { createStore } from 'zustand/vanilla';
import type { Notification } from './notification-service.ts';

/** The messages that were not dismissed. */
export const createNotificationsStore = () =>
  createStore<{ items: readonly Notification[] }>(() => ({ items: [] }));
