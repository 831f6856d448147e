/** Figures, tables and progress out of a real tslab kernel, through nbconvert. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync,
  writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const MODULES = path.join(ROOT, 'node_modules');
const scratch = mkdtempSync(path.join(tmpdir(), 'tslab-'));
test.after(() => rmSync(scratch, {recursive: true, force: true}));

/** A copy of tslab as `npm install -g` leaves it: another folder, the same dependencies. */
function globalTslab(): string {
  const modules = path.join(scratch, 'global', 'node_modules');
  mkdirSync(modules, {recursive: true});
  for (const name of readdirSync(MODULES)) {
    if (name !== 'tslab' && !name.startsWith('.') && !name.startsWith('hidden-gaussian')) {
      symlinkSync(path.join(MODULES, name), path.join(modules, name));
    }
  }
  cpSync(path.join(MODULES, 'tslab'), path.join(modules, 'tslab'), {recursive: true});
  return path.join(modules, 'tslab', 'bin', 'tslab');
}

const kernels = path.join(scratch, 'jupyter', 'kernels', 'stock-tslab');
mkdirSync(kernels, {recursive: true});
writeFileSync(path.join(kernels, 'kernel.json'), JSON.stringify({
  argv: [process.execPath, globalTslab(), 'kernel', '--config-path', '{connection_file}'],
  display_name: 'TypeScript', language: 'typescript',
}));

interface Output {
  readonly output_type: string;
  readonly data?: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
  readonly text?: string | string[];
}

/** Runs cells in the stock kernel, in a folder whose `node_modules` holds `links`. */
async function execute(
    name: string, links: Record<string, string>, cells: string[]): Promise<Output[][]> {
  const folder = path.join(scratch, name);
  mkdirSync(path.join(folder, 'node_modules'), {recursive: true});
  for (const [link, target] of Object.entries(links)) {
    symlinkSync(target, path.join(folder, 'node_modules', link));
  }
  const file = path.join(folder, 'notebook.ipynb');
  writeFileSync(file, JSON.stringify({
    cells: cells.map((source, i) => ({
      cell_type: 'code', id: `cell${i}`, execution_count: null, metadata: {}, outputs: [], source,
    })),
    metadata: {
      kernelspec: {name: 'stock-tslab', display_name: 'TypeScript', language: 'typescript'},
    },
    nbformat: 4, nbformat_minor: 5,
  }));
  const child = spawn(path.join(ROOT, '.venv', 'bin', 'jupyter'), [
    'nbconvert', '--execute', '--to', 'notebook', '--inplace',
    '--ExecutePreprocessor.kernel_name=stock-tslab', '--ExecutePreprocessor.timeout=180', file,
  ], {
    cwd: folder, stdio: ['ignore', 'ignore', 'pipe'],
    env: {...process.env, JUPYTER_PATH: path.join(scratch, 'jupyter'),
      JUPYTER_CONFIG_DIR: path.join(scratch, 'config'), IPYTHONDIR: path.join(scratch, 'ipython'),
      JUPYTER_RUNTIME_DIR: path.join(scratch, 'runtime')},
  });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, stderr);
  const executed = JSON.parse(readFileSync(file, 'utf8')) as {cells: {outputs: Output[]}[]};
  return executed.cells.map(({outputs}) => outputs);
}

const FIGURE_CELL = `
import {createFigureExporter} from 'hidden-gaussian/dist/src/figures/export';
import {lineFigure} from 'hidden-gaussian/dist/src/figures/line-figure';
import {showFigure} from 'hidden-gaussian/dist/src/figures/show';
const exporter = createFigureExporter({dir: 'figures'});
const figure = lineFigure({title: 'RMSE falls', subtitle: 'N = 64',
  series: [{name: 'RMSE', x: [1, 2], y: [2, 1]}]});
await showFigure(figure, {name: 'rmse', exporter});`;

test('a figure leaves a tslab kernel as one bundle, and four files',
    {timeout: 300_000}, async () => {
  const [outputs] = await execute('local', {
    // The folder has a tslab of its own, which the installed one hands over to.
    tslab: path.join(MODULES, 'tslab'), 'hidden-gaussian': ROOT,
  }, [FIGURE_CELL]);
  assert.equal(outputs!.length, 1, JSON.stringify(outputs).slice(0, 2000));
  const [{output_type, data, metadata}] = outputs as [Output];
  assert.equal(output_type, 'display_data');
  assert.deepEqual(Object.keys(data!).sort(),
      ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
  const plotly = data!['application/vnd.plotly.v1+json'] as {data: {y: number[]}[]};
  assert.deepEqual(plotly.data[0]!.y, [2, 1]);
  assert.equal([data!['text/plain']].flat().join(''), 'Figure: RMSE falls. N = 64. Lines: RMSE.');
  const {width, height} = metadata!['image/png'] as {width: number; height: number};
  const inline = await sharp(Buffer.from(data!['image/png'] as string, 'base64')).metadata();
  assert.deepEqual([inline.width, inline.height], [2 * width, 2 * height]);
  assert.deepEqual(readdirSync(path.join(scratch, 'local', 'figures')).sort(),
      ['rmse.csv', 'rmse.json', 'rmse.png', 'rmse.svg']);
  const drawn = (png: Buffer): Promise<Buffer> =>
      sharp(png).toColourspace('srgb').raw().toBuffer();
  const filed = await drawn(readFileSync(path.join(scratch, 'local', 'figures', 'rmse.png')));
  const shown = await drawn(Buffer.from(data!['image/png'] as string, 'base64'));
  assert.equal(shown.length, filed.length);
  const total = shown.reduce((sum, value, i) => sum + Math.abs(value - filed[i]!), 0);
  assert.ok(total / filed.length < 1, `${total / filed.length} of 255 apart on average`);
});

test('tables and progress bars work in a kernel without a tslab of the project',
    {timeout: 300_000}, async () => {
  const [table, progress] = await execute('stock', {'hidden-gaussian': ROOT}, [`
import {createTable} from 'hidden-gaussian/dist/src/tables/create-table';
import {showTable} from 'hidden-gaussian/dist/src/tables/show-table';
showTable(createTable([{N: 60000, LS: {estimate: 0.95, low: 0.94, high: 0.96}}]));`, `
import {notebookProgress} from 'hidden-gaussian/dist/src/progress/notebook-progress';
const onProgress = notebookProgress({intervalMs: 0});
for (let done = 0; done <= 4; done++) {
  onProgress({label: 'train', done, total: 4, detail: 'loss 0.1'});
  await new Promise((resolve) => setTimeout(resolve, 5));
}`]);
  assert.equal(existsSync(path.join(scratch, 'stock', 'node_modules', 'tslab')), false);
  assert.equal(table!.length, 1, JSON.stringify(table));
  assert.deepEqual(Object.keys(table![0]!.data!).sort(), ['text/html', 'text/plain']);
  assert.match([table![0]!.data!['text/plain']].flat().join(''),
      /\| 60,000 \| 0\.950 \[0\.940, 0\.960\] \|/);
  // Five reports, one output: the last update, without a bar.
  assert.equal(progress!.length, 1, JSON.stringify(progress));
  assert.match([progress![0]!.data!['text/html']].flat().join(''),
      /^<div>train: 4 in \d+ s · loss 0\.1<\/div>$/);
});
