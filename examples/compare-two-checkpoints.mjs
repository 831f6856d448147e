// @ts-check
/**
 * What changes between two checkpoints of a training run? Compares the network at both with each
 * other and with the Gaussian D_G of the training images, on the same noisy held-out images at ten
 * noise levels. The change of the distance to D_G is paired by image, so it is far sharper than the
 * two distances: above 0 where the later network has moved away from the Gaussian.
 *
 *     node compare-two-checkpoints.mjs --images faces/ --size 32 --steps 5000 --first 1250
 *
 * The run is that of train-on-my-folder.mjs with the same arguments (run that first, or it is
 * trained here); its checkpoints are a quarter, a half and all of --steps.
 */
import {parseArgs} from 'node:util';
import * as hg from 'hidden-gaussian';

const {values: options} = parseArgs({options: {
  images: {type: 'string'},                               // folder or zip
  size: {type: 'string', default: '16'},                  // height and width to load it at
  steps: {type: 'string', default: '400'},                // optimizer steps of the run
  first: {type: 'string'},                                // a checkpoint (default: the first)
  second: {type: 'string'},                               // another one (default: the last)
  runs: {type: 'string', default: 'runs'},                // folder of the run store
  output: {type: 'string', default: 'figures/examples'},  // folder of the figure
}});

async function loadRun() {
  const images = options.images === undefined ?
    hg.subset(hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 16}).train,
        {n: 5000, seed: 0}) :
    await hg.loadDataset(options.images, {size: Number(options.size)});
  const {train, heldOut} =
      hg.heldOutSplit(images, {heldOut: Math.ceil(images.count / 5), seed: 0});
  const steps = Number(options.steps);
  const store = hg.openRunStore(options.runs, {onProgress: hg.terminalProgress()});
  const run = await hg.trainRun(store, {
    dataset: train, heldOut,
    options: hg.trainOptions({
      steps, width: 16, batchSize: 32, learningRate: 3e-3, emaHalfLifeImages: 2000,
      checkpoints: [Math.ceil(steps / 4), Math.ceil(steps / 2)],
    }),
  });
  return {train, heldOut, run};
}

async function main() {
  const {train, heldOut, run} = await loadRun();
  const {checkpoints} = run.options;
  const [first, second] = [
    Number(options.first ?? checkpoints.at(0)), Number(options.second ?? checkpoints.at(-1)),
  ];
  const [early, late] = [run.denoiser(first), run.denoiser(second)];
  const gaussian = hg.gaussianDenoiser(hg.gaussianStats(train), {name: 'D_G'});
  const rng = hg.createRng(0);
  const sigmas = hg.karrasSchedule({steps: 10}).subarray(0, 10);    // the paper's grid
  const inputs = hg.noisyInputs(heldOut, {sigmas, count: 100, rng});

  const [earlyDistance, lateDistance] =
      await hg.compareDenoisers(gaussian, [early, late], inputs, {rng});
  const [between] = await hg.compareDenoisers(early, [late], inputs, {rng});
  if (!earlyDistance || !lateDistance || !between) return;
  const change = hg.distanceGap(lateDistance, earlyDistance, {rng});
  console.log(hg.tableToMarkdown(hg.createTable(change.map(({sigma, rmse}, k) => ({
    σ: Number(sigma.toPrecision(3)),
    [`RMSE to D_G, step ${first}`]: earlyDistance.points[k]?.rmse,
    [`step ${second}`]: lateDistance.points[k]?.rmse,
    'change (paired)': rmse,
    'between the two': between.points[k]?.rmse,
  })))));

  const figure = hg.lineFigure({
    title: `Distances of the network after ${first} and ${second} steps`,
    subtitle: `${train.count} training images; on 100 held-out images, 95 % intervals`,
    series: [
      {name: `step ${first} to D<sub>G</sub>`, points: earlyDistance.points},
      {name: `step ${second} to D<sub>G</sub>`, points: lateDistance.points},
      {name: 'between the two', points: between.points},
    ].map(({name, points}) => ({
      name, x: sigmas, y: points.map(({rmse}) => rmse.estimate),
      low: points.map(({rmse}) => rmse.low), high: points.map(({rmse}) => rmse.high),
    })),
    xTitle: hg.SIGMA_TITLE, yTitle: 'RMSE (pixels)', xLog: true, regimes: hg.SIGMA_REGIMES,
  });
  const exporter = hg.createFigureExporter({dir: options.output});
  console.log((await exporter.export('compare-two-checkpoints', figure)).png);
  await exporter.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
