import type { ConnectionState } from '@/services/studio-api/event-stream.ts';

export type ConnectionWords = { text: string; icon: string; hint: string };

/** What the status bar says of the line to the server. */
export function connectionWords({ status, since }: ConnectionState): ConnectionWords {
  switch (status) {
    case 'connected':
      return { text: 'Connected', icon: 'wifi', hint: '' };
    case 'connecting':
      return { text: 'Connecting', icon: 'wifi', hint: '' };
    case 'offline':
      return {
        text: `Offline since ${clockTime(since)}`,
        icon: 'wifi-off',
        hint: 'You can go on editing; cells wait. Try to connect now.',
      };
    case 'signed-out':
      return { text: 'Paused, signed out', icon: 'wifi-off', hint: '' };
  }
}

export function problemWords(count: number): string {
  if (count === 0) return 'No problems';
  return count === 1 ? '1 problem' : `${count} problems`;
}

/** `14:32` in the person's own zone. */
export function clockTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
