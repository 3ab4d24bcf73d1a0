import type { AnySetting } from '@/platform/settings/settings-service.ts';
import { createSettingsService } from '@/platform/settings/create-settings-service.ts';
import { createFakeStorage } from './fake-backend.ts';

/** Settings of a test: those that it names, with nothing stored. */
export function createFakeSettings(...settings: readonly AnySetting[]) {
  return createSettingsService({ settings, storage: createFakeStorage() });
}
