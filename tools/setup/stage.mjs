/**
 * Stages of the set-up. A stage that has finished leaves a stamp with a hash of its inputs; it is
 * made again when an input has changed, an output is gone, or a stage it builds on was made again.
 * A stamp is removed before its stage begins and written (to a temporary name, then renamed) after
 * it has ended, so that an interrupted stage is never taken for a finished one.
 *
 * @typedef {object} Stage
 * @property {string} name names the stamp.
 * @property {string} title what a person reads while the stage runs.
 * @property {string[]} [after] names of the stages it builds on, which come before it.
 * @property {boolean} [cloneOnly] whether an installed package does without it.
 * @property {() => Array<string | Buffer>} inputs everything the result depends on.
 * @property {string[]} outputs paths that exist when the stage is complete.
 * @property {() => void} [check] throws a problem when something needed is missing; called for all
 *     pending stages before the first one runs.
 * @property {() => Promise<void>} make does the work; may be interrupted at any point.
 */
import {createHash, randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/**
 * Names of the stages that have to be made, in order.
 * @param {Stage[]} stages
 * @param {string} stampDir
 * @returns {string[]}
 */
export function pendingStages(stages, stampDir) {
  /** @type {string[]} */
  const pending = [];
  for (const stage of stages) {
    const upToDate = !(stage.after ?? []).some((name) => pending.includes(name)) &&
        readStamp(stampDir, stage.name)?.inputs === inputsHash(stage, stampDir) &&
        stage.outputs.every((output) => existsSync(output));
    if (!upToDate) pending.push(stage.name);
  }
  return pending;
}

/**
 * Makes one stage and stamps it.
 * @param {Stage} stage
 * @param {string} stampDir
 */
export async function makeStage(stage, stampDir) {
  mkdirSync(stampDir, {recursive: true});
  rmSync(stampFile(stampDir, stage.name), {force: true});
  await stage.make();
  const missing = stage.outputs.find((output) => !existsSync(output));
  if (missing !== undefined) throw new Error(`stage ${stage.name} did not make ${missing}`);
  const stamp = {inputs: inputsHash(stage, stampDir), id: randomUUID()};
  writeAtomically(stampFile(stampDir, stage.name), `${JSON.stringify(stamp)}\n`);
}

/**
 * Writes a file that is there whole or not at all.
 * @param {string} file
 * @param {string} text
 */
export function writeAtomically(file, text) {
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

/** @param {string} stampDir @param {string} name */
const stampFile = (stampDir, name) => path.join(stampDir, `${name}.json`);

/**
 * @param {string} stampDir
 * @param {string} name
 * @returns {{inputs: string, id: string} | undefined}
 */
function readStamp(stampDir, name) {
  try {
    return JSON.parse(readFileSync(stampFile(stampDir, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {Stage} stage @param {string} stampDir */
function inputsHash(stage, stampDir) {
  const hash = createHash('sha256');
  const upstream = (stage.after ?? []).map((name) => readStamp(stampDir, name)?.id ?? 'none');
  for (const input of [...upstream, ...stage.inputs()]) {
    hash.update(createHash('sha256').update(input).digest());
  }
  return hash.digest('hex');
}
