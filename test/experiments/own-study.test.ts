import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {explain} from '../../src/cli/explain';
import {collectionOf} from '../../src/data/image-collection';
import {writeImageZip} from '../../src/data/write-image-zip';
import {distancesToNetwork, linearAgainstGaussian, trajectories}
  from '../../src/experiments/gaussian-bias';
import {networkClaims} from '../../src/experiments/gaussian-bias-claims';
import {explainOwnNetwork, openOwnStudy} from '../../src/experiments/own-study';
import type {OwnStudyOptions} from '../../src/experiments/own-study';
import {saveModel} from '../../src/models/model-folder';
import {parameterCount} from '../../src/networks/parameters';
import {modelFor} from '../../src/training/model-for';
import {trainOptions} from '../../src/training/options';
import {handleCount} from '../handles';
import {tinyDataset} from '../tiny-dataset';

const scratch = mkdtempSync(path.join(tmpdir(), 'own-study-test-'));
after(() => rmSync(scratch, {recursive: true}));
const at = (name: string): string => path.join(scratch, name);

/** A model folder with random weights. */
async function writeModel(name: string, seed: number, side = 4): Promise<void> {
  const model = modelFor(trainOptions({width: 4, channelMult: [1]}), [side, side, 1]);
  const parameters = tf.tidy(() => Float32Array.from(tf.mul(randomNormal<tf.Rank.R1>(
      [parameterCount(model.parameters)], createRng(seed)), 0.1).dataSync()));
  await saveModel(at(name), {model, parameters, provenance: {}});
}

before(async () => {
  await writeModel('model', 0);
  await writeModel('other', 1);
  await writeImageZip(collectionOf(tinyDataset(40, [4, 4, 1], 1)), at('train.zip'));
  await writeImageZip(collectionOf(tinyDataset(30, [4, 4, 1], 2)), at('held-out.zip'));
  await writeImageZip(collectionOf(tinyDataset(10, [4, 6, 1], 2)), at('wide.zip'));
});

const options = (more: Partial<OwnStudyOptions> = {}): OwnStudyOptions => ({
  profile: 'smoke', model: at('model'), train: at('train.zip'), heldOut: at('held-out.zip'),
  runs: at('runs'), figures: at('figures'),
  measures: {comparisonImages: 8, linearFitSamples: 64, samples: 8}, ...more,
});

test('a model folder and two zips go through the whole analysis, and leave nothing', async () => {
  const counts = (): number[] => [tf.memory().numTensors, handleCount()];
  const start = counts();
  const study = await openOwnStudy(options());
  assert.deepEqual([study.train.count, study.heldOut.count], [40, 30]);
  assert.equal(study.summary['N'], 40);
  assert.equal(study.summary['held out'], 30);
  const subject = await explainOwnNetwork(study);
  assert.equal(subject.n, 40);
  const claims = await networkClaims(study, {
    subject, distances: await distancesToNetwork(study, subject, 'held out'),
    linear: await linearAgainstGaussian(study, subject),
    samples: await trajectories(study, subject, study.profile.samples),
  });
  assert.deepEqual([...new Set(claims.map(({id}) => id))], ['C5', 'C6', 'C7']);
  for (const {n, steps, dataset} of claims) {
    assert.deepEqual([n, steps], [[40], []], 'the steps of a foreign model are not known');
    assert.match(dataset, /^train/);
  }
  await study.conclude('05-test', claims);
  const file = path.join(at('figures'), 'own', 'claims', '05-test.json');
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).length, claims.length);
  subject.dispose();
  assert.deepEqual(counts(), start);
});

test('what identifies a study is its weights, not its folder', async () => {
  const identityOf = async (model: string) => {
    const study = await openOwnStudy(options({model: at(model)}));
    await study.close();
    return JSON.stringify(study.identity);
  };
  const [one, again, other] =
      [await identityOf('model'), await identityOf('model'), await identityOf('other')];
  assert.equal(one, again);
  assert.notEqual(one, other);
});

test('without held-out images a tenth of the others stands in, and captions say so', async () => {
  const study = await openOwnStudy(options({heldOut: undefined}));
  assert.deepEqual([study.train.count, study.heldOut.count], [40, 4]);
  assert.match(study.caption('x'), /judged on training images/);
  assert.equal(study.summary['held out'], 'none');
  await study.close();
});

test('images of another shape, and files that are not there, are named', async () => {
  const start = [tf.memory().numTensors, handleCount()];
  await assert.rejects(openOwnStudy(options({train: at('wide.zip')})),
      /openOwnStudy: expected images of shape \[4, 4, 1\] as in model, got \[4, 6, 1\]/);
  await assert.rejects(openOwnStudy(options({heldOut: at('none.zip')})), /none\.zip/);
  await assert.rejects(openOwnStudy(options({model: at('none')})), /none/);
  assert.deepEqual([tf.memory().numTensors, handleCount()], start);
});

test('a network of so many pixels that D_L cannot be kept is refused before images are read',
    async () => {
      await writeModel('large', 0, 128);
      await assert.rejects(openOwnStudy(options({model: at('large')})), (error: Error) => {
        assert.match(error.message, /D_L at ten noise levels needs about 80 GiB/);
        assert.match(error.message, /one noise level at a time/);
        return true;
      });
    });

test('explain refuses inputs that are not there and outputs that are not empty', async () => {
  mkdirSync(at('full'));
  writeFileSync(path.join(at('full'), 'file'), 'kept');
  const base = {train: at('train.zip'), output: at('full'), profile: 'smoke'};
  await assert.rejects(explain(at('none'), base), /none: there is no such file or folder/);
  await assert.rejects(explain(at('model'), base), /full: the folder is not empty/);
  assert.ok(existsSync(path.join(at('full'), 'file')));
});
