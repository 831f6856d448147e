/** Golden figures: a figure's JSON with numbers rounded, kept in `test/golden/figures`. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import sharp from 'sharp';
import type {PlotlyFigure} from '../../src/figures/types';

const FOLDER = path.resolve(__dirname, '..', '..', '..', 'test', 'golden', 'figures');
const PNG = 'data:image/png;base64,';

/** A PNG by its pixels: its bytes depend on the version of zlib. */
async function describePng(uri: string): Promise<string> {
  const {data, info} = await sharp(Buffer.from(uri.slice(PNG.length), 'base64')).raw()
      .toBuffer({resolveWithObject: true});
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return `PNG ${info.width}x${info.height}x${info.channels} ${hash}`;
}

async function normalize(value: unknown): Promise<unknown> {
  if (typeof value === 'number') {
    return Number(value.toPrecision(4));
  }
  if (typeof value === 'string') {
    return value.startsWith(PNG) ? describePng(value) : value;
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map(normalize));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(await Promise.all(
        entries.map(async ([key, entry]) => [key, await normalize(entry)])));
  }
  return value;
}

/** JSON that a reviewer can read: arrays of plain values on one line. */
function toText(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(
      /\[\s*((?:(?:-?[\d.e+-]+|null|"[^"\n]*"),?\s*)*)\]/g,
      (_, inner: string) => `[${inner.replace(/\s*\n\s*/g, ' ').trim()}]`) + '\n';
}

/**
 * Compares a figure with `test/golden/figures/<name>.json`. On a mismatch the new JSON is written
 * beside it as `<name>.changed.json`; `UPDATE_GOLDEN=1` replaces the golden file.
 */
export async function assertGoldenFigure(name: string, figure: PlotlyFigure): Promise<void> {
  const file = path.join(FOLDER, `${name}.json`);
  const changed = path.join(FOLDER, `${name}.changed.json`);
  const text = toText(await normalize(figure));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(FOLDER, {recursive: true});
    writeFileSync(file, text);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    writeFileSync(changed, text);
    assert.fail(`figure "${name}" differs from ${file}; compare it with ${changed}, and if the ` +
        'change is meant, run the tests with UPDATE_GOLDEN=1');
  }
  rmSync(changed, {force: true});
}
