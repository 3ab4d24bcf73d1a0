// What is in the pictures: each scene goes to its place in the running product and takes what it shows.
import { cells, notebookName } from './picture-home.mjs';

/** Everything that moves has come to rest and the fonts are there. */
const settle = (page) =>
  page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.all(moving.map((one) => one.finished.catch(() => undefined)));
  });

/** A page of the product with the few steps that scenes share. */
export class Stage {
  constructor(page, { write, only, server }) {
    this.page = page;
    this.pause = () => server?.kill('SIGSTOP');
    this.goOn = () => server?.kill('SIGCONT');
    this.write = write;
    this.only = only;
    this.tree = page.getByRole('tree', { name: 'Files' });
    this.notebook = page.getByRole('region', { name: `Notebook ${notebookName}` });
    this.toolbar = this.notebook.getByRole('toolbar', { name: 'Notebook toolbar' });
  }

  async take(name, { still = true } = {}) {
    if (this.only.length > 0 && !this.only.includes(name)) return;
    if (still) await settle(this.page);
    await this.write(name, await this.page.screenshot());
  }

  async enter(name) {
    await this.tree.getByRole('treeitem', { name, exact: true }).dblclick();
  }

  async run(command) {
    await this.page.keyboard.press('ControlOrMeta+Shift+P');
    const palette = this.page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('combobox', { name: 'Command' }).fill(command);
    await palette.getByRole('option', { name: command }).first().click();
    await palette.waitFor({ state: 'hidden' });
  }

  async theme(name, title) {
    await this.run(title);
    await this.page.locator(`.at-root[data-theme=${name}]`).waitFor();
  }

  /** Nothing is hovered. */
  async rest() {
    await this.page.mouse.move(0, 0);
  }
}

export async function takeAll(stage) {
  await launcher(stage);
  await notifications(stage);
  await starting(stage);
  await runNotebook(stage);
  await themes(stage);
  await dialogs(stage);
  await palette(stage);
  await running(stage);
  await empty(stage);
  await narrow(stage);
}

async function launcher(stage) {
  const { page, tree } = stage;
  await stage.enter('projects');
  await stage.enter('churn');
  await tree.getByRole('treeitem', { name: 'data' }).click();
  await page.keyboard.press('ArrowRight');
  await tree.getByRole('treeitem', { name: 'plans.csv' }).waitFor();
  await page.getByRole('button', { name: 'Create notebook' }).waitFor();
  await page.getByRole('tab', { name: 'Launcher' }).click();
  await stage.rest();
  await stage.take('launcher-light');
  await stage.theme('dark', 'Dark theme');
  await stage.take('launcher-dark');
  await stage.theme('light', 'Light theme');
}

async function starting(stage) {
  const { page, notebook } = stage;
  await stage.enter(notebookName);
  await notebook.getByRole('button', { name: /^Kernel/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption({ index: 1 });
  await stage.take('change-environment-light');
  await dialog.getByRole('button', { name: 'Select', exact: true }).click();
  const bar = notebook.getByRole('status', { name: /^Starting/ });
  await bar.waitFor();
  // A start is over in a moment: the server holds its breath while the picture is taken.
  stage.pause();
  await bar
    .getByText(/^2\.\d s/)
    .first()
    .waitFor();
  await stage.take('starting-light', { still: false });
  stage.goOn();
  await notebook.and(page.locator('[data-kernel-state=idle]')).waitFor();
}

async function runNotebook(stage) {
  const { page, notebook } = stage;
  await stage.run('Run all cells');
  const last = notebook.locator(`[data-cell-index="${cells.length - 1}"]`);
  await last.and(page.locator('[data-cell-state=error]')).waitFor();
  await page.evaluate(() => globalThis.studioTest.idle());
  await notebook.locator('[data-cell-index="4"] img').waitFor();
  await stage.rest();
}

async function themes(stage) {
  for (const [name, title] of [
    ['dark', 'Dark theme'],
    ['high-contrast', 'High contrast theme'],
    ['high-contrast-light', 'Toggle theme'],
    ['light', 'Light theme'],
  ]) {
    await stage.theme(name, title);
    await stage.take(`notebook-${name}`);
  }
}

async function dialogs(stage) {
  const { page, notebook } = stage;
  await notebook.getByRole('button', { name: /^Instance/ }).click();
  const picker = page.getByRole('dialog', { name: 'Select instance' });
  await picker.getByRole('switch', { name: 'Fast launch only' }).click();
  await picker.getByRole('row', { name: 'ml.m5.xlarge' }).waitFor();
  await stage.take('select-instance-light');
  await page.keyboard.press('Escape');
  await picker.waitFor({ state: 'hidden' });
}

async function palette(stage) {
  const { page } = stage;
  await page.keyboard.press('ControlOrMeta+Shift+P');
  const dialog = page.getByRole('dialog', { name: 'Command palette' });
  await dialog.getByRole('combobox', { name: 'Command' }).fill('run');
  await stage.take('palette-light');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

/** Messages as they come: one that tells, one that failed. */
async function notifications(stage) {
  const { page, tree } = stage;
  await stage.run('Shut down all');
  await page.getByText('Nothing is running.').first().waitFor();
  await tree.getByRole('treeitem', { name: 'features', exact: true }).click();
  await page.keyboard.press('ControlOrMeta+X');
  await stage.enter('features');
  await tree.getByRole('treeitem', { name: 'plots.py' }).click();
  await page.keyboard.press('ControlOrMeta+V');
  await page.getByRole('alert').waitFor();
  await stage.rest();
  await stage.take('toasts-light');
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await stage.take('notifications-light');
  await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name: 'Path' }).getByRole('button', { name: 'churn' }).click();
  await tree.getByRole('treeitem', { name: notebookName }).waitFor();
}

async function running(stage) {
  const { page } = stage;
  const tab = page.getByRole('tab', { name: 'Running', exact: true });
  if ((await tab.count()) === 0) return;
  await tab.click();
  await page.getByRole('tree', { name: 'Running' }).getByRole('treeitem').nth(2).waitFor();
  const edge = page.getByRole('separator', { name: 'Width of the side panel' });
  await edge.focus();
  for (let step = 0; step < 14; step += 1) await page.keyboard.press('ArrowRight');
  await page
    .getByRole('meter', { name: /^CPU of/ })
    .first()
    .waitFor();
  await edge.blur();
  await stage.rest();
  await stage.take('running-light');
  await edge.dblclick();
  await page.getByRole('tab', { name: 'Files', exact: true }).click();
}

async function empty(stage) {
  const { page } = stage;
  await page.getByRole('tab', { name: 'Components and registries' }).click();
  await page
    .getByRole('region', { name: 'Components and registries' })
    .getByText(/^(This backend has no|No registry)/)
    .waitFor();
  await stage.take('empty-light');
  await page.getByRole('tab', { name: 'Files', exact: true }).click();
}

async function narrow(stage) {
  await stage.page.setViewportSize({ width: 900, height: 900 });
  await stage.rest();
  await stage.take('narrow-light');
}

/** Every part of the UI; `address` is that of the gallery. */
export async function takeGallery(stage, address) {
  for (const theme of ['light', 'dark']) {
    await stage.page.goto(`${address}?theme=${theme}`);
    await stage.page.locator(`.at-root[data-theme=${theme}]`).waitFor();
    await stage.take(`gallery-${theme}`);
  }
}
