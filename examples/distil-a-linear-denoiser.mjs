// @ts-check
/**
 * How linear is a network, and is its linear part Gaussian? Fits the best linear map D_L to a
 * network at several noise levels, in closed form (Li, Dai, Qu 2024, eq. 9), and compares it with
 * the Gaussian D_G of the training images: outputs on held-out images, and weights.
 *
 *     node distil-a-linear-denoiser.mjs --model my-model/ --images train/ --held-out test/
 *
 * The model is a folder that `hidden-gaussian import-edm` or `export` wrote. Without it, the network
 * of train-on-my-folder.mjs (run that first, or it is trained here). Without --images: 5,000 images
 * of Fashion-MNIST at 16×16. Without --held-out, a fifth of the images is held out.
 */
import {parseArgs} from 'node:util';
import * as hg from 'hidden-gaussian';

const {values: options} = parseArgs({options: {
  model: {type: 'string'},
  images: {type: 'string'},                               // folder or zip: training images
  'held-out': {type: 'string'},                             // images no training saw
  size: {type: 'string', default: '16'},                  // height and width to load them at
  steps: {type: 'string', default: '400'},                // of the network trained without --model
  fit: {type: 'string', default: '2048'},                 // noisy images a noise level, > D
  runs: {type: 'string', default: 'runs'},                // folder of the run store
  output: {type: 'string', default: 'figures/examples'},  // folder of the figure
}});

/** Training images, and held-out ones in two parts: D_L is fitted on one and judged on the other. */
async function loadImages(size = Number(options.size)) {
  const images = options.images === undefined ?
    hg.subset(hg.loadFashionMnist({dir: hg.projectPaths().fashionMnist, resolution: 16}).train,
        {n: 5000, seed: 0}) :
    await hg.loadDataset(options.images, {size});
  const {train, heldOut} = options['held-out'] === undefined ?
    hg.heldOutSplit(images, {heldOut: Math.ceil(images.count / 5), seed: 0}) :
    {train: images, heldOut: await hg.loadDataset(options['held-out'], {size})};
  const half = Math.floor(heldOut.count / 2);
  const {train: fit, heldOut: judge} = hg.heldOutSplit(heldOut, {heldOut: half, seed: 0});
  return {train, heldOut, fit, judge};
}

/**
 * @param {hg.Dataset} train
 * @param {hg.Dataset} heldOut
 */
async function loadNetwork(train, heldOut) {
  if (options.model !== undefined) {
    const {model, parameters} = hg.loadModel(options.model);
    return hg.networkDenoiser(model, parameters, {name: 'network'});
  }
  const steps = Number(options.steps);
  const store = hg.openRunStore(options.runs, {onProgress: hg.terminalProgress()});
  const run = await hg.trainRun(store, {
    dataset: train, heldOut,
    options: hg.trainOptions({
      steps, width: 16, batchSize: 32, learningRate: 3e-3, emaHalfLifeImages: 2000,
      checkpoints: [Math.ceil(steps / 4), Math.ceil(steps / 2)],
    }),
  });
  return run.denoiser();
}

async function main() {
  const {train, heldOut, fit, judge} = await loadImages();
  const network = await loadNetwork(train, heldOut);
  const rng = hg.createRng(0);
  const sigmas = [9.723, 4.066, 1.502, 0.470, 0.117, 0.0204];    // of the paper's grid
  const maps = await hg.fitLinearClosedForm(network, fit, {
    sigmas, samplesPerSigma: Number(options.fit), rng, onProgress: hg.terminalProgress(),
  });
  const stats = hg.gaussianStats(train);
  const others = [
    hg.linearDenoiser(maps, {name: 'D<sub>L</sub>'}),
    hg.gaussianDenoiser(stats, {name: 'D<sub>G</sub>'}),
  ];
  const inputs = hg.noisyInputs(judge, {sigmas, count: 100, rng});
  const [toLinear, toGaussian] = await hg.compareDenoisers(network, others, inputs, {rng});
  console.log(hg.tableToMarkdown(hg.createTable(sigmas.map((sigma, k) => ({
    σ: sigma,
    'RMSE network to D_L': toLinear?.points[k]?.rmse,
    'RMSE network to D_G': toGaussian?.points[k]?.rmse,
    'NMSE of the weights, D_L to D_G':
        hg.weightNmse(maps.weights[k] ?? [], hg.wienerWeights(stats, sigma).weight),
  })))));

  const figure = hg.lineFigure({
    title: 'Distance of the network to its linear fit and to the Gaussian',
    subtitle: `${train.count} training images; on ${judge.count} held-out images, 95 % intervals`,
    series: [toLinear, toGaussian].flatMap((curve) => curve === undefined ? [] : [{
      name: `network to ${curve.denoiser}`, x: sigmas,
      y: curve.points.map(({rmse}) => rmse.estimate),
      low: curve.points.map(({rmse}) => rmse.low), high: curve.points.map(({rmse}) => rmse.high),
    }]),
    xTitle: hg.SIGMA_TITLE, yTitle: 'RMSE (pixels)', xLog: true, regimes: hg.SIGMA_REGIMES,
  });
  const exporter = hg.createFigureExporter({dir: options.output});
  console.log((await exporter.export('distil-a-linear-denoiser', figure)).png);
  await exporter.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
