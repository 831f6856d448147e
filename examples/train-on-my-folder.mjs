// @ts-check
/**
 * Train a small diffusion model on a folder of images, sample from it and see whether the samples
 * are new. Press Ctrl-C whenever you like: the same command goes on from there, and once it is
 * finished, loads the run at once.
 *
 *     node train-on-my-folder.mjs --images faces/ --size 32 --steps 5000
 *
 * Without --images: 5,000 images of Fashion-MNIST at 16×16. A fifth of the images is held out.
 */
import {parseArgs} from 'node:util';
import * as hg from 'hidden-gaussian';

const {values: options} = parseArgs({options: {
  images: {type: 'string'},                               // folder or zip
  size: {type: 'string', default: '16'},                  // height and width to load it at
  steps: {type: 'string', default: '400'},                // optimizer steps of 32 images
  runs: {type: 'string', default: 'runs'},                // folder of the run store
  output: {type: 'string', default: 'figures/examples'},  // folder of the figure
}});

async function main() {
  const images = options.images === undefined ?
    hg.subset(hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 16}).train,
        {n: 5000, seed: 0}) :
    await hg.loadDataset(options.images, {size: Number(options.size)});
  const {train, heldOut} =
      hg.heldOutSplit(images, {heldOut: Math.ceil(images.count / 5), seed: 0});

  const steps = Number(options.steps);
  const store = hg.openRunStore(options.runs, {onProgress: hg.terminalProgress()});
  const run = await hg.trainRun(store, {
    dataset: train, heldOut, saveEveryMs: 10_000,
    options: hg.trainOptions({
      steps, width: 16, batchSize: 32, learningRate: 3e-3, emaHalfLifeImages: 2000,
      checkpoints: [Math.ceil(steps / 4), Math.ceil(steps / 2)],
    }),
  });
  console.log(`${run.stored.loaded ? 'loaded' : 'trained'}: ${run.stored.folder}\n`);
  console.log(hg.tableToMarkdown(hg.createTable(run.log.map((row) => ({
    step: row.step, 'loss on training images': row.trainLoss, 'held-out loss': row.heldOutLoss,
    seconds: row.seconds,
  })))));

  const network = run.denoiser();
  const noise = hg.startNoise(24, train.imageShape, hg.createRng(0));
  const samples = await hg.sampleHeun(network, noise, hg.karrasSchedule({steps: 18}));
  network.dispose();
  const {gl, copyRatio, perSample} =
      await hg.memorizationScores(train, samples, {rng: hg.createRng(0)});
  console.log(`GL ${hg.formatInterval(gl, 2)}, copies ${hg.formatInterval(copyRatio, 2)}`);

  const figure = hg.imageGrid({
    title: 'Samples of the network, above their nearest training images',
    subtitle: `${train.count} training images, ${steps} steps`, imageShape: train.imageShape,
    rows: [{
      label: 'samples', images: samples.samples.subarray(0, samples.samples.length / 2),
    }, {
      label: 'nearest',
      images: hg.imagesToFloat32(train, perSample.slice(0, 12).map((s) => s.nearest.index)),
    }],
  });
  const exporter = hg.createFigureExporter({dir: options.output});
  console.log((await exporter.export('train-on-my-folder', figure)).png);
  await exporter.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
