/** What people do on the page, in words of the page. */
import type { Page } from 'playwright-core';
import type { PageBox } from './page-box.ts';

/** From the pairing page to the first tab. */
export async function pairPhone(page: Page, box: PageBox): Promise<void> {
  await page.getByLabel('Code on the box').fill(await box.newCode());
  await page.getByRole('navigation').waitFor();
}

/** In, and on the server that the box knows. */
export async function pairAndJoin(page: Page, box: PageBox): Promise<void> {
  await pairPhone(page, box);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('button', { name: 'OK, connect' }).click();
  await page.getByRole('slider', { name: 'Level of pagebox' }).waitFor();
}

export async function tab(page: Page, name: 'Play' | 'Servers' | 'Sound' | 'Me' | 'Chat' | 'Box'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click();
  await page.getByRole('main', { name }).waitFor();
}
