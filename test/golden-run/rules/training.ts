/** A short training on given batches: losses, weights and their average after the last step. */
import {z} from 'zod';
import {trace} from '../../../src/backend/trace';
import {tf} from '../../../src/backend/tf';
import type {EdmModel} from '../../../src/networks/edm-model';
import {parametersToPyTorch} from '../../../src/networks/parameters';
import type {NamedArray} from '../../../src/store/safetensors';
import type {LossBatch} from '../../../src/training/loss';
import {emaBetaAt, learningRateAt} from '../../../src/training/optimizer';
import type {AdamOptions, EmaOptions} from '../../../src/training/optimizer';
import {initialTrainState, updateOnBatch} from '../../../src/training/train-step';
import type {TrainState} from '../../../src/training/train-step';
import {norm, part, toImages} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {named, number, numbers, readRecord} from '../record';
import {parametersOf} from '../sources';
import type {Job} from '../sources';
import {EXACT} from '../tolerance';
import {isKeyBias, LOSS, modelWithoutDropout} from './gradient';
import {checkForm, FORM} from './network';

const PER_STEP = z.strictObject(
    {loss: numbers, beta: numbers, lr: numbers, cur_nimg: numbers}).partial();
const AVERAGE = {ema_halflife_kimg: number, ema_rampup_ratio: number.nullable()};

const OWN = {
  ...FORM,
  mode: z.literal('train'),
  batch_size: z.int().min(1),
  optimizer: z.strictObject({
    type: z.literal('Adam'), lr: number, betas: z.tuple([number, number]), eps: number,
    weight_decay: z.literal(0).optional(),
  }),
  loss: z.strictObject({...LOSS, scalar: z.literal('loss.sum()/batch_size')}),
  ema: z.strictObject({...AVERAGE, formula: z.string().optional()}),
  per_step: PER_STEP,
  loss_float64_run: numbers.optional(),
  variant: z.strictObject({
    ...AVERAGE, what: z.string().optional(), lr_rampup_kimg: number, per_step: PER_STEP,
    final_norm_per_tensor: named.optional(), ema_norm_per_tensor: named.optional(),
  }).optional(),
};
type TrainingRecord = z.infer<z.ZodObject<typeof OWN>>;

export const recognises = ({tensors}: Fixture): boolean =>
    ['init.', 'final.'].every((start) =>
      [...tensors.keys()].some((name) => name.startsWith(start)));

export function run({checks}: Job): void {
  const record = readRecord(checks.fixture, OWN);
  const model = modelWithoutDropout(checks.fixture);
  checkForm(checks, model, record, 'init.');
  const parameters = parametersOf(model, (name) => checks.read(`init.${name}`));
  const limit = checks.limitOf('io.loss');

  const settings = settingsOf(record, {...record.ema, lr_rampup_kimg: 0});
  const {losses, weights, average} = replay(checks, model, parameters, record, settings);
  checks.compare('io.loss', losses);
  checkSteps(checks, 'per_step', record.per_step, losses, record, settings);
  if (record.loss_float64_run !== undefined) {
    checks.compareValues('loss_float64_run', losses, record.loss_float64_run, limit);
  }
  if (checks.has('io.beta')) {
    checks.compare('io.beta', losses.map((_, step) =>
      emaBetaAt(step * record.batch_size, record.batch_size, settings.ema)));
  }
  checks.tolerance('k_bias'); // Says what `isKeyBias` does.
  const trained = model.parameters.filter(({fixed}) => fixed !== true);
  for (const {name} of trained) {
    const only = (position: number): boolean => !isKeyBias(name, position);
    checks.compare(`final.${name}`, weights[name]!.data, {only});
    checks.compare(`ema.${name}`, average[name]!.data, {only});
  }

  if (record.variant === undefined) return;
  const other = settingsOf(record, record.variant);
  const again = replay(checks, model, parameters, record, other);
  checkSteps(checks, 'variant.per_step', record.variant.per_step, again.losses, record, other);
  checkNorms(checks, 'variant.final_norm_per_tensor', again.weights,
      record.variant.final_norm_per_tensor);
  checkNorms(checks, 'variant.ema_norm_per_tensor', again.average,
      record.variant.ema_norm_per_tensor);
}

/** Norms by tensor; not of a bias with a k third, whose rounding would count. */
function checkNorms(
    checks: Checks, what: string, arrays: Readonly<Record<string, NamedArray>>,
    norms: Readonly<Record<string, number>> | undefined): void {
  if (norms === undefined) return;
  const compared = Object.entries(norms).filter(([name]) => !name.endsWith('.qkv.bias'));
  checks.compareValues(what,
      compared.map(([name]) => norm(arrays[name]?.data ?? [NaN])),
      compared.map(([, norm]) => norm), checks.limitOf('variant norms'));
}

interface Settings {
  readonly adam: AdamOptions;
  readonly ema: EmaOptions;
}

function settingsOf(
    {optimizer: {lr, betas: [beta1, beta2], eps}}: TrainingRecord,
    {ema_halflife_kimg: halfLife, ema_rampup_ratio: rampRatio, lr_rampup_kimg: ramp}:
    z.infer<z.ZodObject<typeof AVERAGE>> & {readonly lr_rampup_kimg: number}): Settings {
  return {
    adam: {learningRate: lr, rampImages: 1000 * ramp, beta1, beta2, eps},
    ema: {halfLifeImages: 1000 * halfLife, rampRatio},
  };
}

/** What the record says of each step. */
function checkSteps(
    checks: Checks, what: string, {loss, beta, lr, cur_nimg: images}: z.infer<typeof PER_STEP>,
    losses: readonly number[], {batch_size: batch}: TrainingRecord,
    {adam, ema}: Settings): void {
  const seen = losses.map((_, step) => step * batch);
  const rounding = {atol: 1e-12, rtol: 1e-12};
  if (loss) checks.compareValues(`${what}.loss`, losses, loss, checks.limitOf('io.loss'));
  if (beta) {
    checks.compareValues(
        `${what}.beta`, seen.map((each) => emaBetaAt(each, batch, ema)), beta, rounding);
  }
  if (lr) {
    checks.compareValues(
        `${what}.lr`, seen.map((each) => learningRateAt(each, adam)), lr, rounding);
  }
  if (images) checks.compareValues(`${what}.cur_nimg`, seen, images, EXACT);
}

/** Trains on the fixture's batches; the losses, and the last vectors by PyTorch's names. */
function replay(
    {read, has}: Checks, model: EdmModel, parameters: Float32Array, record: TrainingRecord,
    settings: Settings) {
  const {batch_size: batchSize, loss: {sigma_data: sigmaData}} = record;
  const flat = tf.tensor1d(parameters);
  const state = initialTrainState(flat);
  const step = trace('golden training', (before, batch) => {
    const {state: next, loss} = updateOnBatch(before as TrainState,
        batch as unknown as LossBatch, {model, batchSize, sigmaData, ...settings});
    return {state: next, outputs: {loss}};
  }, {state});
  tf.dispose([flat, state]);
  const images = toImages(read('io.images'));
  const classes = ['io.class_labels', 'io.labels'].find(has);
  const labels = classes === undefined ? undefined : read(classes);
  const steps = read('io.index').shape[0]!;
  try {
    const losses = Array.from({length: steps}, (_, k) => tf.tidy(() => {
      const index = tf.tensor1d(Array.from(part(read('io.index'), k).data), 'int32');
      return step.run({
        images: tf.gather(images, index), noise: toImages(part(read('io.noise'), k)),
        sigma: tf.tensor1d(Array.from(part(read('io.sigma'), k).data)),
        ...labels === undefined ? {} : {labels: labelsOf(labels, k, index)},
      })['loss']!.dataSync()[0]!;
    }));
    const last = step.readState();
    const vectors = [last['weights']!, last['average']!].map((vector) => parametersToPyTorch(
        model.parameters, vector.dataSync() as Float32Array));
    tf.dispose(last);
    return {losses, weights: vectors[0]!, average: vectors[1]!};
  } finally {
    images.dispose();
    step.dispose();
  }
}

/** Classes of a step's images, from `[steps, batch, classes]` or `[images, classes]`. */
function labelsOf(array: NamedArray, step: number, index: tf.Tensor1D): tf.Tensor2D {
  const {data, shape} = array.shape.length === 3 ? part(array, step) : array;
  const all = tf.tensor2d(Array.from(data), shape as [number, number]);
  return array.shape.length === 3 ? all : tf.gather(all, index);
}
