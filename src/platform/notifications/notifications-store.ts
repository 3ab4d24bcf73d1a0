import { createStore } from 'zustand/vanilla';
import type { Notification } from './notification-service.ts';

export const createNotificationsStore = () =>
  createStore<{ items: readonly Notification[] }>(() => ({ items: [] }));
