/** Lato, the font of the figures, as files pages bring along (package @fontsource/lato, OFL). */
import * as path from 'node:path';

/** One file of a font. */
export interface FontFile {
  /** Name in the assets' folder. */
  readonly name: string;
  /** Where the package has it. */
  readonly file: string;
  /** Its `@font-face` rule, for an address of the file. */
  rule(address: string): string;
}

const FACES = [
  {weight: 400, style: 'normal'}, {weight: 400, style: 'italic'}, {weight: 700, style: 'normal'},
] as const;

/** The faces that pages use: regular, italic and bold. Greek letters come from the next font. */
export function latoFiles(): FontFile[] {
  const folder = path.join(path.dirname(require.resolve('@fontsource/lato/package.json')), 'files');
  return FACES.map(({weight, style}) => {
    const name = `lato-latin-${weight}-${style}.woff2`;
    return {
      name, file: path.join(folder, name),
      rule: (address) => `@font-face{font-family:Lato;font-style:${style};font-weight:${weight};` +
          `font-display:swap;src:url(${address}) format("woff2")}`,
    };
  });
}
