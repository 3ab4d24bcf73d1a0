import { describe, expect, it } from 'vitest';
import { problem, ProblemError } from '@atelier-ide/contract';
import { createContextService } from '@/platform/context/create-context-service.ts';
import { defineCommand } from '@/platform/contributions/contribution.ts';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createCommandService } from './create-command-service.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'test.greet': { name: string };
    'test.fail': void;
    'test.cancel': void;
    'test.onTab': void;
  }
}

type Fakes = { greeted: string[] };
const define = defineCommand<Fakes>();

function setUp() {
  const services: Fakes = { greeted: [] };
  const context = createContextService();
  const notifications = createNotificationService(() => 5);
  const logged: string[] = [];
  const commands = createCommandService<Fakes>({
    context,
    notifications,
    log: { debug: () => undefined, warn: () => undefined, error: (message) => void logged.push(message) },
    keysOf: () => undefined,
    services: () => services,
    commands: [
      define({
        id: 'test.greet',
        title: 'Greet',
        group: 'Run',
        run: (given, { name }) => void given.greeted.push(name),
      }),
      define({
        id: 'test.fail',
        title: 'Save all',
        group: 'File',
        run: () => Promise.reject(new ProblemError(problem('disk-full', 'Free some space.'))),
      }),
      define({
        id: 'test.cancel',
        title: 'Upload',
        group: 'File',
        run: () => Promise.reject(new DOMException('no', 'AbortError')),
      }),
      define({
        id: 'test.onTab',
        title: 'On a tab',
        group: 'View',
        enabled: (facts) => (facts.activeTabId === null ? { reason: 'No tab is open' } : true),
        run: (given) => void given.greeted.push('tab'),
      }),
    ],
  });
  return { commands, services, context, notifications, logged };
}

describe('command service', () => {
  it('hands over the services and the arguments', async () => {
    const { commands, services } = setUp();
    await commands.run('test.greet', { name: 'maya' });
    expect(services.greeted).toEqual(['maya']);
  });

  it('turns a failure into one message and never rejects', async () => {
    const { commands, notifications, logged } = setUp();
    await commands.run('test.fail');
    expect(notifications.store.getState().items).toMatchObject([
      { kind: 'error', title: 'Save all failed', detail: 'Free some space.' },
    ]);
    expect(logged).toHaveLength(1);
  });

  it('says nothing when the person cancelled', async () => {
    const { commands, notifications } = setUp();
    await commands.run('test.cancel');
    expect(notifications.store.getState().items).toEqual([]);
  });

  it('runs only what the context allows, and tells why not', async () => {
    const { commands, services, context } = setUp();
    expect(commands.enablement('test.onTab')).toEqual({ reason: 'No tab is open' });
    await commands.run('test.onTab');
    context.set({ activeTabId: 'tab-1' });
    expect(commands.enablement('test.onTab')).toBe(true);
    await commands.run('test.onTab');
    expect(services.greeted).toEqual(['tab']);
  });

  it('tells that an unknown command is not part of this studio', () => {
    const { commands } = setUp();
    expect(commands.enablement('workbench.showPalette')).not.toBe(true);
  });
});
