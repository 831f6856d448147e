// @ts-check
/**
 * What can a model make that knows only the mean and covariance of its training images? The
 * sampling ODE of a Gaussian has a closed form (Li, Dai, Qu 2024, eq. 7), so its samples are exact;
 * and they show what the solvers Euler and Heun lose at few steps, from the same start noise.
 *
 *     node sample-from-the-gaussian.mjs --images faces/ --size 32
 *
 * Without --images: 5,000 images of Fashion-MNIST at 16×16.
 */
import {parseArgs} from 'node:util';
import * as hg from 'hidden-gaussian';

const {values: options} = parseArgs({options: {
  images: {type: 'string'},                               // folder or zip
  size: {type: 'string', default: '16'},                  // height and width to load it at
  count: {type: 'string', default: '12'},                 // samples
  output: {type: 'string', default: 'figures/examples'},  // folder of the figure
}});

async function main() {
  const images = options.images === undefined ?
    hg.subset(hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 16}).train,
        {n: 5000, seed: 0}) :
    await hg.loadDataset(options.images, {size: Number(options.size)});
  const stats = hg.gaussianStats(images);
  const gaussian = hg.gaussianDenoiser(stats);
  const noise = hg.startNoise(Number(options.count), images.imageShape, hg.createRng(0));
  const D = stats.mean.length;
  const exact = Float32Array.from(
      hg.gaussianPath(stats, noise, hg.karrasSchedule({steps: 1})).states.at(-1) ?? []);

  const rows = [];
  /** @type {{label: string, images: Float32Array}[]} */
  const grid = [{label: 'exact', images: exact}];
  for (const steps of [5, 10, 20, 40]) {
    const schedule = hg.karrasSchedule({steps});
    const euler = await hg.sampleEuler(gaussian, noise, schedule);
    const heun = await hg.sampleHeun(gaussian, noise, schedule);
    const [eulerError, heunError] = [euler, heun].map(({samples}) =>
      hg.bootstrapMean(hg.sampleDistance(exact, samples, D).rmse, {rng: hg.createRng(0)}));
    rows.push({steps, 'Euler: RMSE to exact': eulerError, 'Heun: RMSE to exact': heunError});
    if (steps <= 10) {
      grid.push({label: `Euler, ${steps}`, images: euler.samples},
          {label: `Heun, ${steps}`, images: heun.samples});
    }
  }
  console.log(hg.tableToMarkdown(hg.createTable(rows)));

  const figure = hg.imageGrid({
    title: 'Samples of the Gaussian: exact, and by two solvers in 5 and 10 steps',
    subtitle: `mean and covariance of ${images.count} images; columns share their start noise`,
    imageShape: images.imageShape, rows: grid,
  });
  const exporter = hg.createFigureExporter({dir: options.output});
  console.log((await exporter.export('sample-from-the-gaussian', figure)).png);
  await exporter.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
