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
  constructor(page, { write, only }) {
    this.page = page;
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
  await starting(stage);
  await runNotebook(stage);
  await themes(stage);
  await dialogs(stage);
  await palette(stage);
  await notifications(stage);
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
  await notebook.getByRole('status', { name: /^Starting/ }).waitFor();
  await stage.take('starting-light', { still: false });
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
  await picker.getByRole('table', { name: 'Instance types' }).waitFor();
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

async function notifications(stage) {
  await stage.page.getByRole('button', { name: /^Notifications/ }).click();
  await stage.take('notifications-light');
  await stage.page.keyboard.press('Escape');
}

async function running(stage) {
  const { page } = stage;
  const tab = page.getByRole('tab', { name: 'Running', exact: true });
  if ((await tab.count()) === 0) return;
  await tab.click();
  await page.getByRole('tree', { name: 'Running' }).getByRole('treeitem').nth(2).waitFor();
  await stage.take('running-light');
  await page.getByRole('tab', { name: 'Files', exact: true }).click();
}

async function empty(stage) {
  const { page } = stage;
  await page.getByRole('tab', { name: 'Components and registries' }).click();
  await page.getByRole('region', { name: 'Components and registries' }).waitFor();
  await stage.take('empty-light');
  await page.getByRole('tab', { name: 'Files', exact: true }).click();
}

async function narrow(stage) {
  await stage.page.setViewportSize({ width: 900, height: 900 });
  await stage.rest();
  await stage.take('narrow-light');
}
