// @ts-check
/**
 * Is my model memorizing? Measures how far each generated image is from its nearest training image
 * (GL; Li, Dai, Qu 2024, eq. 14) and how many are copies of it. Both depend on the data, so real
 * images that no training saw are measured too: they are the yardstick.
 *
 *     node is-my-model-memorizing.mjs --train train/ --samples generated/ --held-out test/
 *
 * Each is a folder or a zip of images. Without --held-out, a tenth of the training images is
 * measured against the others. Without all three: 50 samples of which half are copies, among 1,000
 * images of Fashion-MNIST.
 */
import {parseArgs} from 'node:util';
import * as hg from 'hidden-gaussian';

const {values: options} = parseArgs({options: {
  train: {type: 'string'},
  samples: {type: 'string'},
  'held-out': {type: 'string'},
  output: {type: 'string', default: 'figures/examples'},    // folder of the figure
}});

/** The training images, the generated ones, and real ones that no training saw. */
async function loadImages({train, samples, 'held-out': heldOut} = options) {
  if (train === undefined && samples === undefined) return demonstration();
  if (train === undefined || samples === undefined) {
    throw new Error('expected --train and --samples, folders or zips of images, got only one');
  }
  const [images, generated] = [await hg.loadDataset(train), await hg.loadDataset(samples)];
  return {
    ...heldOut === undefined ?
      hg.heldOutSplit(images, {heldOut: Math.ceil(images.count / 10), seed: 0}) :
      {train: images, heldOut: await hg.loadDataset(heldOut)},
    samples: {...generated, samples: hg.imagesToFloat32(generated)},
  };
}

/** Samples of the multi-delta denoiser, which can only copy, and of the Gaussian, which cannot. */
async function demonstration() {
  const all = hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 16});
  const train = hg.subset(all.train, {n: 1000, seed: 0});
  const [noise, schedule] =
      [hg.startNoise(25, train.imageShape, hg.createRng(0)), hg.karrasSchedule({steps: 18})];
  const {samples: copies} = await hg.sampleHeun(hg.multiDeltaDenoiser(train), noise, schedule);
  const drawn = await hg.sampleHeun(
      hg.gaussianDenoiser(hg.gaussianStats(train)), noise, schedule);
  const samples = Float32Array.of(...copies, ...drawn.samples);
  return {train, heldOut: all.heldOut, samples: {...drawn, samples, count: 50}};
}

async function main() {
  const {train, heldOut, samples} = await loadImages();
  const rng = hg.createRng(0);
  const scores = await hg.memorizationScores(train, samples, {rng});
  const count = Math.min(100, heldOut.count);
  const yardstick = await hg.calibrateOnHeldOut(train, heldOut, {rng, count});
  console.log(hg.tableToMarkdown(hg.createTable([
    {images: 'samples', number: samples.count, GL: scores.gl, copies: scores.copyRatio},
    {images: 'held out', number: count, GL: yardstick.gl, copies: yardstick.copyRatio},
  ])));
  console.log(scores.copyRatio.low > yardstick.copyRatio.high ?
    'The model copies training images.' :
    'So few samples show no more copies than there are among real unseen images.');

  // The samples that are most like copies, each above the training image it is nearest to.
  const suspects = scores.perSample.map(({nearest, ratio}, i) => ({i, nearest, ratio}))
      .sort((a, b) => a.ratio - b.ratio).slice(0, 12);
  const D = samples.samples.length / samples.count;
  const figure = hg.imageGrid({
    title: 'The samples most like copies, above their nearest training images',
    subtitle: `${samples.count} samples, ${train.count} training images; ratio: distance to the ` +
        'nearest over distance to the next different image, a copy below 1/3',
    imageShape: train.imageShape,
    columnLabels: suspects.map(({ratio}) => ratio.toFixed(2)), columnTitle: 'ratio',
    rows: [{
      label: 'sample',
      images: Float32Array.from(suspects.flatMap(({i}) =>
        [...samples.samples.subarray(i * D, (i + 1) * D)])),
    }, {
      label: 'nearest',
      images: hg.imagesToFloat32(train, suspects.map(({nearest}) => nearest.index)),
    }],
  });
  const exporter = hg.createFigureExporter({dir: options.output});
  console.log((await exporter.export('is-my-model-memorizing', figure)).png);
  await exporter.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
