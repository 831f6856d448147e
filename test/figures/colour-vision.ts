/**
 * How colours look to readers with dichromatic sight, and how far apart they are. Machado,
 * Oliveira and Fernandes 2009 (doi 10.1109/TVCG.2009.113), severity 1, in linear sRGB; CIE 1976
 * L*a*b* under D65, whose unit is about the smallest difference that an eye sees.
 */

export type Sight = 'normal' | 'protanopia' | 'deuteranopia' | 'grey';

type Triple = readonly [number, number, number];

const MACHADO: Readonly<Record<'protanopia' | 'deuteranopia', readonly Triple[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
  ],
};
/** Linear sRGB to XYZ, and the white of D65 (IEC 61966-2-1). */
const TO_XYZ: readonly Triple[] = [
  [0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505],
];
const WHITE: Triple = [0.9505, 1, 1.089];

const product = (matrix: readonly Triple[], [a, b, c]: Triple): Triple =>
    matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;

const clip = (value: number): number => Math.min(1, Math.max(0, value));

/** `#rrggbb` as linear light. */
function linear(hex: string): Triple {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map(
      (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4) as unknown as Triple;
}

/** L*, a*, b* of a colour as that sight sees it; grey keeps the lightness only. */
export function labOf(hex: string, sight: Sight = 'normal'): Triple {
  const light = linear(hex);
  const seen = sight === 'protanopia' || sight === 'deuteranopia' ?
    product(MACHADO[sight], light).map(clip) as unknown as Triple : light;
  const [x, y, z] = product(TO_XYZ, seen).map((value, i) => {
    const t = value / WHITE[i]!;
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  }) as unknown as Triple;
  const lightness = 116 * y - 16;
  return sight === 'grey' ? [lightness, 0, 0] : [lightness, 500 * (x - y), 200 * (y - z)];
}

/** ΔE*ab (CIE 1976) of two colours for that sight. */
export function colourDistance(a: string, b: string, sight: Sight = 'normal'): number {
  const [p, q] = [labOf(a, sight), labOf(b, sight)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
