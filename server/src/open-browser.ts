import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' };

/** Opens the page in the person's browser, where there is one; the printed link is there in any case. */
export function openBrowser(url: string, onDidFail: (reason: string) => void): void {
  const opener = openers[process.platform];
  if (opener === undefined) {
    onDidFail(`No way to open a browser on ${process.platform} is known`);
    return;
  }
  const child = spawn(opener, [url], { detached: true, stdio: 'ignore' });
  child.on('error', (error) => onDidFail(error.message));
  child.unref();
}
