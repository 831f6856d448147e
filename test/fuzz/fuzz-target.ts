/** Sends mutated inputs to one target until they or the time run out, or one of them fails. */
import * as fc from 'fast-check';
import {mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import type {Answer} from './child';
import {kindOf} from './judge';
import {mutate, mutations, WORDS} from './mutations';
import type {Mutation} from './mutations';
import {loadTarget} from './target';
import type {Layer} from './target';
import {createWorker} from './worker';
import type {Limits, Worker} from './worker';

export interface FuzzOptions {
  /** Decides all inputs. */
  readonly seed: number;
  /** How many inputs (default: as many as the time allows). */
  readonly runs?: number;
  readonly seconds?: number;
  readonly limits?: Partial<Limits>;
  /** Folder for an input that fails. */
  readonly keepIn: string;
}

export const LIMITS: Limits = {inputMs: 20_000, memoryBytes: 1e9};
/** Inputs that may be spent on making a failing one smaller. */
const SHRINKS = 60;

export interface Report {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** How often each kind of message came. */
  readonly messages: ReadonlyMap<string, number>;
  readonly worstMs: number;
  /** Bytes. */
  readonly peak: number;
  /** What a failing input did, and the file that has the smallest one found. */
  readonly failure?: {readonly message: string; readonly file: string} | undefined;
}

interface Input {
  readonly layer: Layer;
  readonly seed: Uint8Array;
  readonly steps: readonly Mutation[];
}

/**
 * Fuzzes one target. The seeds come first, unchanged.
 * @param name of the target, for the report and for files.
 * @param file its module.
 * @throws Error when a seed is refused: mutations of it would test little.
 */
export async function fuzzTarget(
    name: string, file: string,
    {seed, runs = 2 ** 31 - 1, seconds, limits, keepIn}: FuzzOptions): Promise<Report> {
  const {layers: makeLayers, words = []} = loadTarget(file);
  const layers = await makeLayers();
  const worker = createWorker(file, {...LIMITS, ...limits});
  const tally = createTally();
  const material = {
    others: layers.flatMap(({seeds}) => seeds), words: [...words, ...words, ...WORDS],
  };
  const bytesOf = ({layer, seed: start, steps}: Input): Uint8Array =>
      layer.wrap?.(mutate(start, steps, material)) ?? mutate(start, steps, material);
  let failed: {readonly bytes: Uint8Array; readonly message: string} | undefined;
  let shrinksLeft = SHRINKS;
  const isFine = async (input: Input): Promise<boolean> => {
    if (shrinksLeft === 0) return true;
    const bytes = bytesOf(input);
    const answer = await worker.try(bytes);
    if (failed === undefined) tally.add(answer);
    else shrinksLeft--;
    if (answer.outcome === 'failed') failed = {bytes, message: answer.message};
    return answer.outcome !== 'failed';
  };
  try {
    await trySeeds(name, layers, worker, tally);
    const property = fc.asyncProperty(inputs(layers), isFine);
    const {failed: stopped, errorInstance} = await fc.check(property, {
      seed, numRuns: runs,
      ...seconds === undefined ? {} : {interruptAfterTimeLimit: 1000 * seconds},
    });
    if (stopped && failed === undefined) throw errorInstance;  // Of what makes the inputs.
  } finally {
    worker.close();
  }
  const failure = failed && {message: failed.message, file: keep(keepIn, name, failed.bytes)};
  return {target: name, ...tally.counts(), failure};
}

const inputs = (layers: readonly Layer[]): fc.Arbitrary<Input> => fc.oneof(
    ...layers.map((layer) => fc.record({
      layer: fc.constant(layer), seed: fc.constantFrom(...layer.seeds), steps: mutations,
    })));

async function trySeeds(
    name: string, layers: readonly Layer[], worker: Worker, tally: Tally): Promise<void> {
  for (const {name: layer, seeds, wrap, refused = false} of layers) {
    for (const [i, bytes] of seeds.entries()) {
      const answer = await worker.try(wrap?.(bytes) ?? bytes);
      tally.add(answer);
      if (answer.outcome === (refused ? 'refused' : 'accepted')) continue;
      throw new Error(`fuzz: seed ${i} of ${name} (${layer}): expected it to be ` +
          `${refused ? 'refused' : 'accepted'}, it ${answer.outcome}: ${answer.message}`);
    }
  }
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  let [count, worstMs, peak] = [0, 0, 0];
  const outcomes = {accepted: 0, refused: 0, failed: 0};
  const messages = new Map<string, number>();
  return {
    add({outcome, message, ms, peak: memory}: Answer): void {
      count++;
      outcomes[outcome]++;
      worstMs = Math.max(worstMs, ms);
      peak = Math.max(peak, memory);
      const kind = kindOf(message);
      if (outcome === 'refused') messages.set(kind, (messages.get(kind) ?? 0) + 1);
    },
    counts: () => ({
      inputs: count, accepted: outcomes.accepted, refused: outcomes.refused, messages, worstMs,
      peak,
    }),
  };
}

function keep(folder: string, name: string, bytes: Uint8Array): string {
  mkdirSync(folder, {recursive: true});
  const file = path.join(folder, `${name}.input`);
  writeFileSync(file, bytes);
  return file;
}
