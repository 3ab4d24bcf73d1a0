import { expect, it } from 'vitest';
import { RecordingBus } from '../apps/app-service.fixture.ts';
import { FakeDriver, fakeImage } from '../apps/fake-driver.ts';
import { announceImages } from './announce-images.ts';

it('tells every user, also those who run nothing, until it is ended', () => {
  const driver = new FakeDriver([], []);
  const bus = new RecordingBus();
  const users = ['ann', 'bob'].map((id) => ({ id, name: id, role: 'user' as const }));
  const stop = announceImages({ driver, bus, users: { all: () => users } });
  const image = { ...fakeImage('base'), status: 'CREATED' as const };
  driver.changeImage(image);
  expect(bus.published).toEqual(users.map(({ id }) => ({ userId: id, event: { type: 'image', image } })));
  stop();
  driver.changeImage(image);
  expect(bus.published).toHaveLength(2);
});
