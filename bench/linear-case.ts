/**
 * Linear distillation: the paper's Adam for a fixed time, then the closed form on the fewest
 * samples that reach Adam's error on held-out images.
 */
import {readArrays, relativeDistance} from './arrays';
import {originOf} from './machine';
import type {RunOptions} from './paired';
import type {PairedResult, PeerTiming, Timing} from './results';
import {startSide} from './side';
import type {Side} from './side';
import {median, pairedRatio} from './statistics';

export interface LinearOptions {
  /** Time that Adam gets. `count` and `heldOut` are images, the latter whole batches of 256. */
  readonly seconds: number;
  readonly count: number;
  readonly heldOut: number;
  readonly trainingSteps: number;
  /** Numbers of samples to try, from few to many. */
  readonly samples: readonly number[];
}

const NETWORK = {resolution: 28, channels: 1, width: 16};
const SIGMA = 1.5;
const TOLERANCE = 1e-3;
const ID = 'linear';

/** @throws Error when the networks disagree, or no number of samples is enough. */
export async function runLinear(
    options: LinearOptions, {folder, reps, say}: RunOptions): Promise<PairedResult> {
  // `learningRate` is paperLearningRate(1.5), batch the paper's.
  const config = {...options, ...NETWORK, sigma: SIGMA, batch: 256, learningRate: 5e-4};
  say(`${ID}: trains the network`);
  const ours = await startSide(
      {name: 'ours', label: 'ours', program: 'linear', runtime: 'node', config}, folder);
  const sides: Side[] = [ours];
  try {
    await ours.ask('check');
    const peers: Record<string, Omit<PeerTiming, 'ratio'> & {readonly rmse: number}> = {};
    for (const mode of ['eager', 'compile']) {
      const name = `torch-${mode}`;
      say(`${ID}: PyTorch ${mode} runs Adam for ${options.seconds} s`);
      const side = await startSide({
        name, label: `PyTorch Adam, ${mode}`, program: 'linear', runtime: 'python',
        config: {...config, mode},
      }, folder);
      sides.push(side);
      peers[name] = await runAdam(side, folder, options.seconds);
    }
    const wanted = Math.min(...Object.values(peers).map(({rmse}) => rmse));
    const {n, rmse, ms: firstMs} = await fewestSamples(ours, wanted, options.samples, say);
    const times: number[] = [];
    for (let i = 0; i < reps; i++) times.push((await ours.ask('fit', {n}))['ms'] as number);
    const timing: Timing = {
      label: `closed form, ${n} samples`, ms: median(times), firstMs, rssMB: await ours.end(),
    };
    const [best] = Object.entries(peers).sort(([, a], [, b]) => a.rmse - b.rmse);
    const ratioTo = ({ms}: {readonly ms: number}) => pairedRatio(times, times.map(() => ms));
    return {
      kind: 'paired', id: ID, pairs: reps, ours: timing, share: null,
      title: `linear fit of a network at sigma ${SIGMA}, d = 784, to the same held-out error`,
      peers: Object.fromEntries(Object.entries(peers).map(([name, {rmse: _, ...peer}]) =>
        [name, {...peer, ratio: ratioTo(peer)}])),
      comparisons: [
        {against: 'PyTorch', best: best![0], ratio: ratioTo(best![1]), target: 30, aim: 100},
      ],
      check: `output of the network on the held-out images, relative distance, tolerance ` +
          `${TOLERANCE}`,
      notes: [
        `Held-out RMSE: closed form ${rmse.toPrecision(4)}, ${Object.values(peers)
            .map((peer) => `${peer.label} ${peer.rmse.toPrecision(4)}`).join(', ')}`,
        `Adam's time is that to its lowest error within ${options.seconds} s, one run each, ` +
            'evaluation not counted; the best peer is the one of the lowest error',
      ],
      origin: originOf(Object.assign({}, ...sides.map(({versions}) => versions))),
    };
  } finally {
    for (const side of sides) side.stop();
  }
}

async function runAdam(side: Side, folder: string, seconds: number) {
  const start = performance.now();
  await side.ask('warm');
  const firstMs = performance.now() - start;
  await side.ask('check');
  const outputOf = (name: string) => readArrays(folder, name)('y').data;
  const deviation = relativeDistance(outputOf(side.spec.name), outputOf('ours'));
  if (!(deviation <= TOLERANCE)) {
    throw new Error(`${ID}: expected the network of ${side.spec.label} to agree within ` +
        `${TOLERANCE}, got ${deviation}; the sides do not do the same`);
  }
  const {curve} = await side.ask('adam', {seconds});
  const [lowest] = [...curve as Array<[spent: number, rmse: number]>]
      .sort(([, a], [, b]) => a - b);
  const [spent, rmse] = lowest!;
  return {
    label: side.spec.label, ms: spent * 1000, rmse, deviation, firstMs, rssMB: await side.end(),
  };
}

async function fewestSamples(
    ours: Side, wanted: number, samples: readonly number[], say: (text: string) => void) {
  let lowest = Infinity;
  for (const n of samples) {
    say(`${ID}: closed form on ${n} samples`);
    const {ms, rmse} = await ours.ask('fit', {n}) as {ms: number; rmse: number};
    if (rmse <= wanted) return {n, ms, rmse};
    lowest = Math.min(lowest, rmse);
  }
  throw new Error(`${ID}: expected one of ${samples.join(', ')} samples to reach the RMSE ` +
      `${wanted} of Adam, got ${lowest}; give Adam less time or the fit more samples`);
}
