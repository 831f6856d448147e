/** Which blocks EDM's two U-Nets are made of: names, channels, resolutions, skip connections. */
import {assertInteger} from '../shapes';

export interface UNetLayoutOptions {
  /** Side of the square images, divisible by 2^(levels - 1). */
  readonly resolution: number;
  /** Base of the channels: the width. Even, at least 4. */
  readonly modelChannels: number;
  /** Channels of the first convolution. */
  readonly stem: number;
  /** Width of each level, as a multiple of `modelChannels`. */
  readonly channelMult: readonly number[];
  /** Blocks a level on the way down; one more on the way up. */
  readonly numBlocks: number;
  /** Resolutions with self-attention, besides the bottleneck's own. */
  readonly attentionResolutions: readonly number[];
  /** Which blocks of such a resolution have it on the way up. */
  readonly decoderAttention: 'all' | 'last';
}

export interface BlockPlan {
  /** For example `14x14_block0`. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly resample?: 'up' | 'down';
  readonly attention: boolean;
  /** Whether the block's input is joined by a tensor kept on the way down. */
  readonly joins: boolean;
}

/** The blocks of one resolution. */
export interface LevelPlan {
  readonly side: number;
  readonly blocks: readonly BlockPlan[];
  /** Channels that the level ends with. */
  readonly width: number;
}

export interface UNetPlan {
  /** From the full resolution down. */
  readonly encoder: readonly LevelPlan[];
  /** And up again. */
  readonly decoder: readonly LevelPlan[];
}

/**
 * @param where the caller, for messages.
 * @throws RangeError when the resolution cannot be halved at each level, or the width is odd.
 */
export function unetLayout(where: string, options: UNetLayoutOptions): UNetPlan {
  checkOptions(where, options);
  const {resolution, modelChannels, stem, channelMult, numBlocks} = options;
  const hasAttention = (side: number): boolean => options.attentionResolutions.includes(side);
  const levels = channelMult.map((mult, level) => ({
    level, side: resolution >> level, channels: mult * modelChannels,
  }));
  let width = stem;
  const kept = [stem];
  const keep = (plan: BlockPlan): BlockPlan => {
    kept.push(plan.to);
    return plan;
  };
  const encoder = levels.map(({level, side, channels}): LevelPlan => {
    const blocks: BlockPlan[] = [];
    if (level > 0) {
      blocks.push(keep({name: `${side}x${side}_down`, from: width, to: width, resample: 'down',
        attention: false, joins: false}));
    }
    for (let i = 0; i < numBlocks; i++) {
      blocks.push(keep({name: `${side}x${side}_block${i}`, from: width, to: channels,
        attention: hasAttention(side), joins: false}));
      width = channels;
    }
    return {side, blocks, width};
  });
  const decoder = [...levels].reverse().map(({level, side, channels}): LevelPlan => {
    const blocks: BlockPlan[] = [];
    const same = {from: width, to: width, joins: false};
    if (level === levels.length - 1) {
      blocks.push({...same, name: `${side}x${side}_in0`, attention: true},
          {...same, name: `${side}x${side}_in1`, attention: false});
    } else {
      blocks.push({...same, name: `${side}x${side}_up`, resample: 'up', attention: false});
    }
    for (let i = 0; i <= numBlocks; i++) {
      blocks.push({
        name: `${side}x${side}_block${i}`, from: width + kept.pop()!, to: channels, joins: true,
        attention: hasAttention(side) &&
            (options.decoderAttention === 'all' || i === numBlocks),
      });
      width = channels;
    }
    return {side, blocks, width};
  });
  return {encoder, decoder};
}

function checkOptions(
    where: string, {resolution, modelChannels, channelMult}: UNetLayoutOptions): void {
  assertInteger(where, 'resolution', resolution, 1);
  if (!Number.isInteger(modelChannels / 2) || modelChannels < 4) {
    throw new RangeError(`${where}: expected \`modelChannels\` to be an even number of at least ` +
        `4, got ${modelChannels}`);
  }
  const factor = 2 ** (channelMult.length - 1);
  if (channelMult.length === 0 || resolution % factor !== 0) {
    throw new RangeError(`${where}: expected a resolution divisible by ${factor} ` +
        `(${channelMult.length} levels), got ${resolution}`);
  }
}
