/**
 * A process that runs the modules it is sent, one after another, each in an empty folder of its
 * own, and answers with what each printed.
 */
import {mkdirSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {format} from 'node:util';
import fashionMnist = require('../../src/data/fashion-mnist');
import type {LoadFashionMnistOptions} from '../../src/data/fashion-mnist';
import type {HeldOutSplit} from '../../src/data/split';

/** A module to run, and its folder. */
export interface ExampleTask {
  readonly module: string;
  readonly folder: string;
}

export interface ExampleOutcome {
  readonly module: string;
  /** Lines that went to `console.log`. */
  readonly lines: readonly string[];
  /** What ended it before its end, and in which line of its source, from 1. */
  readonly error?: {readonly message: string; readonly line?: number};
  readonly ms: number;
}

async function runModule({module, folder}: ExampleTask): Promise<ExampleOutcome> {
  const lines: string[] = [];
  mkdirSync(folder, {recursive: true});
  process.chdir(folder);
  console.log = (...values: unknown[]) => void lines.push(...format(...values).split('\n'));
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  try {
    await import(pathToFileURL(module).href);
    return {module, lines, ms: took()};
  } catch (error) {
    return {module, lines, error: describe(error), ms: took()};
  }
}

/** The compiled modules have source maps, so that the stack names lines of the TypeScript. */
function describe(error: unknown): NonNullable<ExampleOutcome['error']> {
  const [, line] = /\.mts:(\d+)/.exec((error as Error).stack ?? '') ?? [];
  return {message: String(error), ...line === undefined ? {} : {line: Number(line)}};
}

/**
 * Loads Fashion-MNIST once for all examples: the experiments open the same workspace again and
 * again, and most of the time that takes is spent on its images.
 */
function shareImages(module: {loadFashionMnist: typeof fashionMnist.loadFashionMnist}): void {
  const load = module.loadFashionMnist;
  const loaded = new Map<string, HeldOutSplit>();
  module.loadFashionMnist = (options: LoadFashionMnistOptions) => {
    const key = JSON.stringify([options.dir, options.resolution]);
    const images = loaded.get(key) ?? load(options);
    loaded.set(key, images);
    return images;
  };
}

shareImages(fashionMnist);
process.setSourceMapsEnabled(true);

process.on('message', (tasks: readonly ExampleTask[]) => void (async () => {
  for (const task of tasks) process.send!(await runModule(task));
  process.disconnect();
  process.exit(0); // Whatever an example left open.
})());
