/**
 * The browser of the tests: the system's own Chromium, driven by playwright-core, which brings
 * none. A test that reaches it without a browser fails and says how to install one.
 */
import {existsSync} from 'node:fs';
import {chromium} from 'playwright-core';
import type {Browser} from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser's program: `$CHROMIUM`, or the first that the system has. */
function chromiumPath(): string {
  const chosen = process.env['CHROMIUM'] || undefined;
  const found = (chosen === undefined ? CANDIDATES : [chosen]).find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error('test/browser: expected Chromium ' +
        `${chosen === undefined ? 'in one of its usual places' : `at $CHROMIUM, ${chosen}`}, ` +
        'found none; install it (Debian: `apt-get install chromium`) or set CHROMIUM to its path');
  }
  return found;
}

/** Starts a headless Chromium; the caller closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    // Chromium refuses its sandbox to root, as whom containers run tests.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
