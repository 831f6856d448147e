/**
 * The small parts of Plotly.js's figure format, as far as the project writes them.
 * Hand-written, so that a wrong attribute name is a compile error; attributes mean what
 * https://plotly.com/javascript/reference says.
 */

/** A number, or `null` where a line or a map has a gap. */
export type Value = number | null;

/** A named pattern, or lengths of strokes and gaps. */
export type Dash = 'solid' | 'dash' | 'dot' | 'dashdot' | 'longdash' | 'longdashdot' |
  `${number}px,${string}px`;

export type MarkerSymbol =
    'circle' | 'square' | 'diamond' | 'triangle-up' | 'triangle-down' | 'cross' | 'x' | 'star';

export type XAxisId = 'x' | `x${number}`;
export type YAxisId = 'y' | `y${number}`;

export interface Font {
  readonly family?: string;
  /** Layout pixels. */
  readonly size?: number;
  readonly color?: string;
}

export interface Line {
  readonly color?: string;
  readonly width?: number;
  readonly dash?: Dash;
}
