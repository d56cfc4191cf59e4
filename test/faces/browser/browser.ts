/** Debian's chromium, headless, for the tests of the phone page: phones with cookies of their own. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 800 } },
} as const satisfies Record<string, BrowserContextOptions>;

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

export function chromiumPath(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find(existsSync);
}

export interface Phone {
  readonly page: Page;
  /** What the browser complained about: errors of scripts and of the content security policy. */
  readonly complaints: readonly string[];
  /** Requests that went to another host. */
  readonly elsewhere: readonly string[];
}

export interface Phones {
  readonly open: (address: string, options?: BrowserContextOptions) => Promise<Phone>;
  readonly browser: () => Browser;
}

/** Call once in a test file; what is open is closed at its end. */
export function usePhones(): Phones {
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = chromiumPath();
    if (executablePath === undefined) throw new Error('chromium is missing: apt-get install chromium');
    browser = await chromium.launch({ executablePath, args: FLAGS });
  }, 60_000);
  afterAll(() => browser?.close());
  return {
    browser: () => browser,
    open: async (address, options = SIZES.phone) => {
      const context = await browser.newContext({ locale: 'en-GB', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(8000);
      const complaints: string[] = [];
      const elsewhere: string[] = [];
      page.on('pageerror', (error) => complaints.push(`${error}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (new URL(request.url()).host !== new URL(address).host) elsewhere.push(request.url());
      });
      await page.goto(address);
      return { page, complaints, elsewhere };
    },
  };
}
