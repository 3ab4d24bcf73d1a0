import type { Driver } from '../drivers/driver.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { Users } from '../studio/users.ts';

export type AnnounceImagesOptions = {
  driver: Pick<Driver, 'onDidChangeImages'>;
  bus: Pick<EventBus, 'publish'>;
  users: Pick<Users, 'all'>;
};

/** Tells every user of a change of an image, whether they run anything or not. Returns what ends it. */
export function announceImages({ driver, bus, users }: AnnounceImagesOptions): () => void {
  return driver.onDidChangeImages((image) => {
    for (const { id } of users.all()) bus.publish(id, { type: 'image', image });
  });
}
