/** The training runs of a profile: which there are, what each takes, and how one is asked for. */
import {trainingNeeds} from '../training/needs';
import type {TrainingNeeds} from '../training/needs';
import {profileImageCounts, profileImageShape} from './profile-data';
import type {Profile} from './profiles';
import {trainingOptions} from './workspace';
import type {Workspace} from './workspace';

/** One training run of a profile. */
export interface TrainTask {
  /** Number of training images. */
  readonly n: number;
  /** Width of the network. */
  readonly width: number;
  /** Seed of the training: weights, batches and noise. */
  readonly seed: number;
}

/** The training runs that the notebooks ask for, the longest first. */
export function trainTasks(profile: Profile): TrainTask[] {
  const {sizes, width, widths, smallSize, seed, moreSeeds} = profile;
  const tasks = [
    ...sizes.map((n) => ({n, width, seed})),
    ...widths.map((other) => ({n: smallSize, width: other, seed})),
    ...moreSeeds.flatMap((other) =>
      [sizes[0]!, sizes.at(-1)!].map((n) => ({n, width, seed: other}))),
  ];
  const unique = new Map(tasks.map((task) => [JSON.stringify(task), task]));
  return [...unique.values()].sort((a, b) => b.width - a.width || a.n - b.n);
}

/** Those of the tasks (default: all) that the run store does not have whole, in their order. */
export const unfinishedTasks = (
    workspace: Workspace, tasks: readonly TrainTask[] = trainTasks(workspace.profile)):
    TrainTask[] =>
  tasks.filter(({n, width, seed}) => !workspace.isTrained(n, width, seed));

/** Arguments of `hidden-gaussian` that train the run: words without spaces. */
export const taskArguments = (profile: Profile, {n, width, seed}: TrainTask): string[] => [
  'train', '--profile', profile.name, '--n', `${n}`, '--width', `${width}`, '--seed', `${seed}`,
];

/** `N = 64, width 16, seed 0`. */
export const taskTitle = ({n, width, seed}: TrainTask): string =>
    `N = ${n}, width ${width}, seed ${seed}`;

/**
 * What the run takes in a process of its own, all images of the profile loaded: the training part,
 * the held-out part, and the N of the run, once here and once in TensorFlow.
 * @param processBytes memory of a process that trains nothing (default: that of `trainingNeeds`).
 */
export function taskNeeds(profile: Profile, task: TrainTask, processBytes?: number): TrainingNeeds {
  const {train, heldOut} = profileImageCounts(profile.data);
  return trainingNeeds(trainingOptions(profile, task), profileImageShape(profile.data), {
    images: train + heldOut + 2 * task.n, ...(processBytes !== undefined && {processBytes}),
  });
}
