import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import type {TestContext} from 'node:test';
import {parse} from 'node-html-parser';
import {advise} from '../../src/cli/advise';
import {novelty} from '../../src/cli/novelty';
import {report} from '../../src/cli/report';
import {tinyDataset} from '../tiny-dataset';
import {writeImageZip} from '../../src/data/write-image-zip';
import {collectionOf} from '../../src/data/image-collection';
import {writeImages} from '../reports/tiny-run';
import {cli} from './run-cli';

const root = mkdtempSync(path.join(tmpdir(), 'own-runs-'));
after(() => rmSync(root, {recursive: true}));
process.env['HIDDEN_GAUSSIAN_RUNS'] = path.join(root, 'runs');
const at = (name: string): string => path.join(root, name);
const images = writeImages(at('shapes'), 16, 1);

/** What `action` prints on stdout and stderr. */
async function said<T>(t: TestContext, action: () => Promise<T>): Promise<[T, string, string]> {
  const lines = {log: [] as string[], error: [] as string[]};
  const mocks = (['log', 'error'] as const).map((name) => t.mock.method(
      console, name, (line: string) => void lines[name].push(line)));
  try {
    const result = await action();
    return [result, lines.log.join('\n'), lines.error.join('\n')];
  } finally {
    mocks.forEach((mock) => mock.mock.restore());
  }
}

test('train refuses options that exclude each other, before anything is loaded', () => {
  for (const [options, message] of [
    [['--images', images, '--profile', 'quick', '--n', '4'],
      /^hidden-gaussian: train: --images and --profile, --n exclude each other: a profile brings/],
    [['--steps', '4', '--size', '8'], /^hidden-gaussian: train: --size, --steps are for training on/],
  ] as const) {
    const {status, stdout, stderr} = cli(['train', ...options]);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, message);
  }
});

test('train on one\'s own images, then report, advise and novelty of the run', async (t) => {
  const {status, stdout, stderr} = cli(['train', '--images', images, '--held-out', '6',
    '--steps', '6', '--width', '4', '--batch-size', '4', '--checkpoints', '3', '--seed', '5']);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /shapes\/train: 10 images of 8x8x1 to train on, 6 images held out; width 4, 6/);
  const [folder, , ...next] = stdout.trim().split('\n');
  const id = path.basename(folder!);
  assert.ok(existsSync(path.join(folder!, 'result.json')));
  const name = id.slice(0, 'train-'.length + 8);
  assert.ok(next.length === 4 && next.every((line) => line.includes(name)));

  const [, page] = await said(t, () => report(name, {profile: 'smoke', output: at('run.html')}));
  const html = parse(readFileSync(at('run.html'), 'utf8'));
  const [, table] = await said(t, () => advise(name, {profile: 'smoke'}));
  const [sentence, command] = table.trim().split('\n').slice(-2);
  assert.equal(page.split('\n')[0], sentence);
  assert.equal(html.querySelector('.lead')!.text.replaceAll('\u00a0', ' '), sentence);
  assert.match(command!, new RegExp(`^npx hidden-gaussian export ${name} --step [136] -o model-`));
  assert.ok(html.querySelector('main')!.text.includes(command!));

  const [status2, words] = await said(t, () => novelty(id, {count: '4', seed: '1'}));
  assert.equal(status2, 0);
  assert.match(words, /of held-out images/, 'the run knows its images');
});

test('novelty of copies: ratio 1, files beside the page, and --fail-above for pipelines', async (t) => {
  const zip = at('copies.zip');
  await writeImageZip(collectionOf(tinyDataset(16, [8, 8, 1], 1)), zip);
  const options = {train: images, output: at('copies.html'), failAbove: '0.05'};
  const [status, words, errors] = await said(t, () => novelty(zip, options));
  assert.equal(status, 1);
  assert.match(errors, /the copy ratio 100 % \[80\.6 %, 100 %\] is above 5 %, the limit/);
  assert.match(words, /Most of the samples are copies of training images: 100 % \[80\.6 %, 100 %\]/);
  const html = parse(readFileSync(at('copies.html'), 'utf8'));
  assert.ok(words.includes(html.querySelector('.lead')!.text.replaceAll('\u00a0', ' ')));
  const rows = readFileSync(at('copies.csv'), 'utf8').trim().split('\n');
  assert.equal(rows.length, 17);
  assert.match(rows[1]!, /^0,.*image-00\.png,0,0,true$/);
  assert.deepEqual([...readFileSync(at('copies.png')).subarray(1, 4)], [...Buffer.from('PNG')]);
  const [passes] = await said(t, () => novelty(zip, {train: images, failAbove: '0.9'}));
  assert.equal(passes, 0, 'the interval reaches below 90 %');
});

test('novelty says what is missing or wrong', async () => {
  await assert.rejects(novelty(images, {}), /expected --train <images>/);
  await assert.rejects(novelty(images, {train: images, failAbove: '5'}),
      /--fail-above to be a share from 0 to 1, such as 0.05, got 5/);
  await assert.rejects(novelty(images, {train: images, output: 'x.png'}), /ending in .html, got x.png/);
  await assert.rejects(novelty('no-such-run', {}), /there is no such run/);
  await assert.rejects(report('x', {profile: 'smoke', output: 'x.pdf'}), /ending in .html/);
});
