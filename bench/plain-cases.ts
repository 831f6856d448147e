/** Measures without a peer: the peak of matrix products, growth of memory, time to start. */
import {originOf} from './machine';
import type {NetworkConfig} from './network-config';
import type {RunOptions} from './paired';
import type {PlainResult} from './results';
import {startSide} from './side';
import type {SideSpec} from './side';
import {median} from './statistics';
import {milliseconds} from './table';

const SIZES = [1024, 2048] as const;

/** float32 products of n³: TensorFlow and PyTorch in turn; the larger one is the peak. */
export async function runPeak({folder, reps, say}: RunOptions): Promise<PlainResult> {
  say('peak: matrix products');
  const spec = {program: 'matmul', config: {sizes: SIZES}};
  const sides = [
    await startSide({...spec, name: 'ours', label: 'TensorFlow', runtime: 'node'}, folder),
    await startSide({...spec, name: 'torch', label: 'PyTorch', runtime: 'python'}, folder),
  ];
  try {
    const rates = new Map<string, number>();
    for (const n of SIZES) {
      const inner = Math.max(1, Math.round((2048 / n) ** 3 / 2));
      const times = sides.map((): number[] => []);
      for (let turn = -2; turn < reps; turn++) {
        for (const [i, side] of sides.entries()) {
          const {ms} = await side.ask('go', {n, inner});
          if (turn >= 0) times[i]!.push(ms as number);
        }
      }
      sides.forEach(({spec: {label}}, i) =>
        rates.set(`${label} ${n}³`, 2 * n ** 3 / (median(times[i]!) / 1000)));
    }
    const perSecond = Math.max(...rates.values());
    return {
      kind: 'plain', id: 'peak', title: 'float32 matrix products: what "of the peak" refers to',
      values: [...rates].map(([name, rate]) => [name, `${(rate / 1e9).toFixed(1)} GFLOP/s`]),
      numbers: {perSecond, ...Object.fromEntries(rates)},
      origin: originOf(Object.assign({}, ...sides.map(({versions}) => versions))),
    };
  } finally {
    for (const side of sides) side.stop();
  }
}

export interface TrainerOptions extends NetworkConfig {
  readonly id: string;
  readonly batch: number;
}

const trainer = (options: TrainerOptions): SideSpec =>
  ({name: 'trainer', label: 'ours', program: 'trainer', runtime: 'node', config: {...options}});

const sizeText = ({resolution, channels, width, batch}: TrainerOptions): string =>
  `${resolution}x${resolution}x${channels}, width ${width}, batch ${batch}`;

/** Growth of resident memory and of the number of tensors between two steps of a training. */
export async function runMemory(
    options: TrainerOptions, {from, to}: {readonly from: number; readonly to: number},
    {folder, say}: RunOptions): Promise<PlainResult> {
  say(`${options.id}: ${to} training steps`);
  const side = await startSide(trainer(options), folder);
  try {
    const first = await side.ask('steps', {count: from}) as Record<string, number>;
    const last = await side.ask('steps', {count: to - from}) as Record<string, number>;
    const growth = last['rss']! - first['rss']!;
    const tensors = last['tensors']! - first['tensors']!;
    return {
      kind: 'plain', id: options.id,
      title: `memory of a training, ${sizeText(options)}, from step ${from} to ${to}`,
      values: [
        ['growth', `${growth.toFixed(1)} MB (of ${Math.round(last['rss']!)} MB)`],
        ['more tensors', `${tensors}`],
      ],
      numbers: {growthMB: growth, tensors, residentMB: last['rss']!},
      target: 'under 50 MB, 0 tensors', reached: growth < 50 && tensors === 0,
      origin: originOf(side.versions),
    };
  } finally {
    side.stop();
  }
}

/** From the start of a process to its first finished training step, twice. */
export async function runStart(
    options: TrainerOptions, {folder, say}: RunOptions): Promise<PlainResult> {
  const times: number[] = [];
  let versions: Readonly<Record<string, string>> = {};
  for (const which of ['first', 'second']) {
    say(`${options.id}: ${which} process`);
    const start = performance.now();
    const side = await startSide(trainer(options), folder);
    await side.ask('steps', {count: 1});
    times.push(performance.now() - start);
    versions = side.versions;
    await side.end();
  }
  return {
    kind: 'plain', id: options.id,
    title: `new process to first finished training step, ${sizeText(options)}`,
    values: [['first', milliseconds(times[0]!)], ['second', milliseconds(times[1]!)]],
    numbers: {firstMs: times[0]!, secondMs: times[1]!},
    origin: originOf(versions),
  };
}
