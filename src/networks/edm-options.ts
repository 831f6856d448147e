/**
 * The constructor calls of EDM's preconditioned networks as plain records, under EDM's own names:
 * what a model folder's `config.json` holds, checked and completed with EDM's defaults.
 * @see Karras et al. 2022; defaults as in NVlabs/edm, `training/networks.py`
 */
import {z} from 'zod';
import {quoted} from '../quoted';
import {zodProblems} from '../zod-problems';

const size = z.int().min(1).max(1 << 16);
const rate = z.number().min(0).lt(1);

/** Options that both networks have; defaults differ. */
const network = {
  augment_dim: z.int().min(0).max(1 << 16).default(0),
  channel_mult_emb: size.max(64).default(4),
  attn_resolutions: z.array(size).max(16),
  channel_mult: z.array(size.max(256)).min(1).max(12),
  model_channels: size.max(8192),
  num_blocks: z.int().min(0).max(64),
  dropout: rate.default(0.1),
  label_dropout: rate.default(0),
};

const songUNet = {
  ...network,
  model_type: z.literal('SongUNet'),
  model_channels: network.model_channels.default(128),
  channel_mult: network.channel_mult.default([1, 2, 2, 2]),
  num_blocks: network.num_blocks.default(4),
  attn_resolutions: network.attn_resolutions.default([16]),
  embedding_type: z.enum(['positional', 'fourier']).default('positional'),
  channel_mult_noise: size.max(64).default(1),
  encoder_type: z.enum(['standard', 'skip', 'residual']).default('standard'),
  decoder_type: z.enum(['standard', 'skip']).default('standard'),
  resample_filter: z.array(z.number().positive()).min(1).max(16).default([1, 1]),
};

const dhariwalUNet = {
  ...network,
  model_type: z.literal('DhariwalUNet'),
  model_channels: network.model_channels.default(192),
  channel_mult: network.channel_mult.default([1, 2, 3, 4]),
  num_blocks: network.num_blocks.default(3),
  attn_resolutions: network.attn_resolutions.default([32, 16, 8]),
};

/** Options of every preconditioning. `use_fp16` concerns GPUs; here all is computed in float32. */
const images = {
  img_resolution: size.max(4096),
  img_channels: size.max(1024),
  label_dim: z.int().min(0).max(1 << 20).default(0),
  use_fp16: z.boolean().default(false),
};

const infinity = z.preprocess(
    (value) => value === 'Infinity' ? Infinity : value,
    z.union([z.number().positive(), z.literal(Infinity)]));

/** Each preconditioning's own options, and the network it has unless told otherwise. */
const PRECONDITIONINGS = {
  EDMPrecond: {
    own: {
      sigma_min: z.number().min(0).default(0),
      sigma_max: infinity.default(Infinity),
      sigma_data: z.number().positive().default(0.5),
    },
    network: 'DhariwalUNet',
  },
  VPPrecond: {
    own: {
      beta_d: z.number().positive().default(19.9),
      beta_min: z.number().positive().default(0.1),
      M: size.default(1000),
      epsilon_t: z.number().positive().default(1e-5),
    },
    network: 'SongUNet',
  },
  VEPrecond: {
    own: {
      sigma_min: z.number().positive().default(0.02),
      sigma_max: infinity.default(100),
    },
    network: 'SongUNet',
  },
  iDDPMPrecond: {
    own: {
      C_1: z.number().positive().default(0.001),
      C_2: z.number().positive().default(0.008),
      M: size.default(1000),
    },
    network: 'DhariwalUNet',
  },
} as const;

/** EDM's names of the preconditionings. */
export type PreconditioningName = keyof typeof PRECONDITIONINGS;
type Own<P extends PreconditioningName> =
    z.infer<z.ZodObject<(typeof PRECONDITIONINGS)[P]['own']>>;
/** EDM's options of `SongUNet`, complete. */
export type SongUNetConfig = z.infer<z.ZodObject<typeof songUNet>>;
/** EDM's options of `DhariwalUNet`, complete. */
export type DhariwalUNetConfig = z.infer<z.ZodObject<typeof dhariwalUNet>>;
type Images = z.infer<z.ZodObject<typeof images>>;
/** EDM's options of a preconditioning, of the images and of the network, complete. */
export type EdmOptions<P extends PreconditioningName = PreconditioningName> =
    Images & Own<P> & (SongUNetConfig | DhariwalUNetConfig);

/** The constructor call of one of EDM's preconditioned networks, complete. */
export type EdmModelConfig = {
  [P in PreconditioningName]: {readonly precond: P; readonly options: Readonly<EdmOptions<P>>};
}[PreconditioningName];

/**
 * Checks a record `{precond, options}` and completes it with EDM's defaults. In JSON, which has no
 * infinity, `sigma_max` may be the text `"Infinity"`.
 * @param value the record, from a file for example.
 * @throws RangeError naming every bad, missing or unknown option.
 * @see https://github.com/NVlabs/edm, `training/networks.py`, for what the options mean
 * @example
 * const {options} = hg.edmModelConfig({
 *   precond: 'VPPrecond', options: {img_resolution: 32, img_channels: 3}});
 * console.log(options.model_type, options.model_channels, options.channel_mult);
 * // SongUNet 128 [ 1, 2, 2, 2 ]
 */
export function edmModelConfig(value: unknown): EdmModelConfig {
  const outer = z.object({
    precond: z.enum(Object.keys(PRECONDITIONINGS) as [PreconditioningName]),
    options: z.record(z.string(), z.unknown()),
  }).safeParse(value);
  if (!outer.success) throw invalid(outer.error);
  const {precond, options} = outer.data;
  const {own, network: usual} = PRECONDITIONINGS[precond];
  const type = options['model_type'] ?? usual;
  if (type !== 'SongUNet' && type !== 'DhariwalUNet') {
    throw new RangeError('edmModelConfig: expected `model_type` to be SongUNet or DhariwalUNet, ' +
        `got ${typeof type === 'string' ? quoted(type) : `a value of type ${typeof type}`}`);
  }
  const parsed = z.strictObject(
      {...images, ...own, ...(type === 'SongUNet' ? songUNet : dhariwalUNet)},
  ).safeParse({...options, model_type: type});
  if (!parsed.success) throw invalid(parsed.error);
  return {precond, options: parsed.data} as unknown as EdmModelConfig;
}

/** The same record with what JSON lacks as text. */
export function edmConfigToJson({precond, options}: EdmModelConfig): {
  readonly precond: string; readonly options: Readonly<Record<string, unknown>>;
} {
  const entries = Object.entries(options).map(
      ([key, value]) => [key, value === Infinity ? 'Infinity' : value]);
  return {precond, options: Object.fromEntries(entries) as Record<string, unknown>};
}

const invalid = (error: z.ZodError): RangeError =>
    new RangeError(`edmModelConfig: ${zodProblems(error)}`);
