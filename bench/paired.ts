/** A case whose sides do the same work: checked, warmed up, then timed turn by turn. */
import {setTimeout as sleep} from 'node:timers/promises';
import {originOf} from './machine';
import type {Comparison, PairedResult, PeerTiming} from './results';
import {startSide} from './side';
import type {Side, SideSpec} from './side';
import {median, pairedRatio} from './statistics';
import type {Answer} from './worker';

/** What a check found. */
export interface Verdict {
  /** Distance of each side from the reference, by name. */
  readonly deviations: Readonly<Record<string, number>>;
  readonly tolerance: number;
  /** What was compared: `'loss and gradient norm, relative'`. */
  readonly what: string;
}

export interface PairedCase {
  readonly id: string;
  readonly title: string;
  /** Ours first: it is started first and writes what the others read. */
  readonly sides: readonly SideSpec[];
  /** Groups of peers by the beginning of their labels, with the ratios wanted. */
  readonly comparisons: ReadonlyArray<Pick<Comparison, 'against' | 'target' | 'aim'>>;
  /** Sides that may miss the tolerance: they are shown and cannot be the best. */
  readonly mayDiffer?: readonly string[];
  /** Compares what the sides answered to `check`, or wrote into `folder`. */
  readonly judge: (answers: Readonly<Record<string, Answer>>, folder: string) => Verdict;
  readonly notes?: readonly string[];
}

export interface RunOptions {
  /** Folder for the sides' files. */
  readonly folder: string;
  /** Timed turns of each side. */
  readonly reps: number;
  /** FLOPs a second that the cores reach in a matrix product, if it was measured. */
  readonly peak?: number | undefined;
  readonly say: (text: string) => void;
}

/** Turns before the timed ones. */
const WARM_UP = 2;
/** Lets a side's threads fall asleep before the other side's turn, ms. */
const PAUSE = 20;

/**
 * Runs the case.
 * @throws Error when a side fails, or misses the tolerance although it must not.
 */
export async function runPaired(
    chosen: PairedCase, options: RunOptions): Promise<PairedResult> {
  const sides: Side[] = [];
  try {
    return await runSides(sides, chosen, options);
  } finally {
    for (const side of sides) side.stop();
  }
}

async function runSides(
    sides: Side[],
    {id, title, sides: specs, comparisons, mayDiffer = [], judge, notes = []}: PairedCase,
    {folder, reps, peak, say}: RunOptions): Promise<PairedResult> {
  const first: Record<string, number> = {};
  const answers: Record<string, Answer> = {};
  for (const spec of specs) {
    say(`${id}: ${spec.label} starts`);
    const side = await startSide(spec, folder);
    sides.push(side);
    first[spec.name] = (await side.ask('go', {inner: 1}))['ms'] as number;
    answers[spec.name] = await side.ask('check');
  }
  const verdict = judge(answers, folder);
  const farOff = specs.filter(({name}) => !(verdict.deviations[name]! <= verdict.tolerance));
  const failed = farOff.find(({name}) => !mayDiffer.includes(name));
  if (failed !== undefined) {
    throw new Error(`${id}: expected ${failed.label} to agree within ${verdict.tolerance} ` +
        `(${verdict.what}), got ${verdict.deviations[failed.name]}; the sides do not do the same`);
  }
  const times: Record<string, number[]> = Object.fromEntries(specs.map(({name}) => [name, []]));
  for (let turn = -Math.min(WARM_UP, reps); turn < reps; turn++) {
    say(`${id}: ${turn < 0 ? 'warms up' : `pair ${turn + 1} of ${reps}`}`);
    for (const {spec, ask} of sides) {
      await sleep(PAUSE);
      const {ms} = await ask('go');
      if (turn >= 0) times[spec.name]!.push(ms as number);
    }
  }
  const memory = new Map<string, number>();
  for (const side of sides) memory.set(side.spec.name, await side.end());
  const timing = ({name, label}: SideSpec) => ({
    label, ms: median(times[name]!), firstMs: first[name]!, rssMB: memory.get(name)!,
    deviation: verdict.deviations[name]!,
  });
  const [own, ...peerSpecs] = specs;
  const ours = timing(own!);
  const peers = Object.fromEntries(peerSpecs.map((spec): [string, PeerTiming] => [spec.name, {
    ...timing(spec), ratio: pairedRatio(times[own!.name]!, times[spec.name]!),
    ...farOff.includes(spec) ? {excluded: `further off than ${verdict.tolerance}`} : {},
  }]));
  const flops = answers[own!.name]!['flops'] as number | undefined;
  return {
    kind: 'paired', id, title, pairs: reps, ours, peers,
    comparisons: comparisons.map((wanted) => ({...wanted, ...bestOf(peers, wanted.against)})),
    share: flops === undefined || peak === undefined ? null : flops / (ours.ms / 1000) / peak,
    check: `${verdict.what}, tolerance ${verdict.tolerance}`, notes,
    origin: originOf(Object.assign({}, ...sides.map(({versions}) => versions))),
  };
}

/** The fastest peer of a group that is not excluded. */
function bestOf(
    peers: Readonly<Record<string, PeerTiming>>, against: string):
    Pick<Comparison, 'best' | 'ratio'> {
  const [best] = Object.entries(peers)
      .filter(([, {label, excluded}]) => label.startsWith(against) && excluded === undefined)
      .sort(([, a], [, b]) => a.ms - b.ms);
  if (best === undefined) throw new Error(`bestOf: expected a valid peer of ${against}, got none`);
  return {best: best[0], ratio: best[1].ratio};
}
