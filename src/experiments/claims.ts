/** The paper's claims, what was measured about them, and the verdicts. */
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Interval} from '../types';
import {writeFile} from '../store/write-file';
import {zodProblems} from '../zod-problems';

/** Whether a claim holds here, with 95 % confidence. */
export type Verdict = 'reproduced' | 'not reproduced' | 'not tested';

/** One measured statement about a claim. */
export interface Claim {
  /** Identifier in the list below. */
  readonly id: ClaimId;
  /** Which part of the claim, when it has several. */
  readonly part?: string;
  /** What the estimate is, in words. */
  readonly statistic: string;
  /** Estimate with its 95 % interval; null when the claim was not tested. */
  readonly estimate: Interval | null;
  /** By the rule of its section. */
  readonly verdict: Verdict;
  /** Likely reason, when it does not reproduce; or what the number hides. */
  readonly note?: string;
  /** Name of the images behind it. */
  readonly dataset: string;
  /** Numbers of training images behind it. */
  readonly n: readonly number[];
  /** Training steps behind it; empty when nothing was trained. */
  readonly steps: readonly number[];
  /** Seed behind it. */
  readonly seed: number;
  /** Name of the figure in whose cell the number was made (default: no figure shows it). */
  readonly figure?: string;
  /** Notebook that made the claim, for example `02-emerging-linearity`; set by `gatherClaims`. */
  readonly notebook?: string;
  /** The profile and what was changed in it; absent where nothing was. */
  readonly profile?: string;
}

/**
 * The paper's claims (Li, Dai, Qu 2024), in the order of its sections.
 * @example
 * console.log(hg.CLAIMS.C11); // Over training time the distance to the Gaussian is U-shaped
 */
export const CLAIMS = {
  C1: 'Linearity of the denoisers rises with the number N of training images',
  C2: 'Linearity is lowest for equal weights of the two images',
  C3: 'A badly trained model is less linear',
  C4: 'Novelty of the generated images rises with N, together with linearity',
  C5: 'Three noise regimes: nearly linear at both ends, nonlinear between, where the multi-delta ' +
      'denoiser is far from the network',
  C6: 'The best linear fit of a generalizing network is nearly the Gaussian denoiser',
  C7: 'From the same noise, network, linear fit and Gaussian give images of the same structure; ' +
      'the multi-delta denoiser gives training images',
  C8: 'The match of linear fit and Gaussian fails for a memorizing network',
  C9: 'Gradient descent on denoising score matching takes an affine denoiser to the Gaussian one',
  C10: 'Smaller capacity at fixed N, or larger N at fixed capacity, is closer to the Gaussian',
  C11: 'Over training time the distance to the Gaussian is U-shaped',
  C12: 'Models trained on disjoint halves generate nearly identical images',
  C13: 'Fewer images than pixels leave a distance to the Gaussian at low noise',
  C14: 'The network approaches the identity at low noise',
  C15: 'At high noise closeness to the Gaussian needs capacity and time; NMSE shows it',
  C16: 'The bias does not depend on the architecture',
  C17: 'Jacobian singular vectors align with principal components at high noise',
} as const;

/** `'C1'` to `'C17'`. */
export type ClaimId = keyof typeof CLAIMS;

/** Names of figures, and so of their files. */
const FIGURE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const claimSchema = z.object({
  id: z.enum(Object.keys(CLAIMS) as [ClaimId, ...ClaimId[]]),
  part: z.string().optional(),
  statistic: z.string(),
  estimate: z.object({estimate: z.number(), low: z.number(), high: z.number()}).nullable(),
  verdict: z.enum(['reproduced', 'not reproduced', 'not tested']),
  note: z.string().optional(),
  dataset: z.string(),
  n: z.array(z.number()),
  steps: z.array(z.number()),
  seed: z.number(),
  figure: z.string().regex(FIGURE_NAME).optional(),
  profile: z.string().optional(),
});

const SECTIONS = 'claims';

/**
 * Writes a notebook's claims to `<dir>/claims/<section>.json`.
 * @param dir folder of the figures.
 * @param section name of the notebook, without extension.
 * @param claims replace those that the section had.
 * @throws RangeError for an unknown id or a malformed claim.
 * @example
 * const claim: hg.Claim = {
 *   id: 'C9', statistic: 'excess loss', estimate: {estimate: 0.01, low: 0.005, high: 0.02},
 *   verdict: 'reproduced', dataset: 'tiny', n: [64], steps: [], seed: 0,
 * };
 * hg.saveClaims('figures', '03-gaussian-bias', [claim]);
 * console.log(hg.gatherClaims('figures').find(({id}) => id === 'C9')?.verdict); // reproduced
 */
export function saveClaims(dir: string, section: string, claims: readonly Claim[]): void {
  for (const claim of claims) {
    if (!Object.hasOwn(CLAIMS, claim.id)) {
      throw new RangeError(`saveClaims: unknown claim id ${JSON.stringify(claim.id)}: expected ` +
          `one of ${Object.keys(CLAIMS).join(', ')}`);
    }
  }
  const parsed = z.array(claimSchema).safeParse(claims);
  if (!parsed.success) {
    throw new RangeError(`saveClaims: expected well-formed claims in ${section}: ` +
        zodProblems(parsed.error));
  }
  mkdirSync(path.join(dir, SECTIONS), {recursive: true});
  writeFile(path.join(dir, SECTIONS, `${section}.json`),
      `${JSON.stringify(parsed.data, null, 2)}\n`);
}

/**
 * Gathers the sections' claims into `<dir>/claims.json`, in the paper's order, each with the
 * notebook that made it; claims that no section tested are listed as such.
 * @param dir folder of the figures; made if it does not exist.
 * @throws Error naming a section's file that holds no claims.
 * @example
 * const claims = hg.gatherClaims('figures'); // an empty folder
 * console.log(claims.length, claims.every(({verdict}) => verdict === 'not tested')); // 17 true
 */
export function gatherClaims(dir: string): Claim[] {
  const folder = path.join(dir, SECTIONS);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const found = files.filter((name) => name.endsWith('.json')).sort()
      .flatMap((name) => readClaims(path.join(folder, name))
          .map((claim): Claim => ({...claim, notebook: path.parse(name).name})));
  const claims = (Object.keys(CLAIMS) as ClaimId[]).flatMap((id): Claim[] => {
    const tested = found.filter((claim) => claim.id === id);
    return tested.length > 0 ? tested : [{
      id, statistic: '', estimate: null, verdict: 'not tested', dataset: '', n: [], steps: [],
      seed: 0,
    }];
  });
  mkdirSync(dir, {recursive: true});
  writeFile(path.join(dir, 'claims.json'), `${JSON.stringify(claims, null, 2)}\n`);
  return claims;
}

/**
 * The claims that `gatherClaims` wrote to `<dir>/claims.json`.
 * @throws Error when there is no such file, or no claims in it.
 */
export const gatheredClaims = (dir: string): Claim[] =>
  readClaims(path.join(dir, 'claims.json'), claimSchema.extend({notebook: z.string().optional()}));

function readClaims(file: string, schema: z.ZodType = claimSchema): Claim[] {
  try {
    return z.array(schema).parse(JSON.parse(readFileSync(file, 'utf8'))) as Claim[];
  } catch {
    throw new Error(`${file}: expected a list of claims; run its notebook again`);
  }
}
