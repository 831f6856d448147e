/** The look of all pages: the figures' font and colours, lines of about 70 letters, no ornament. */
import {CATEGORICAL_STYLES, FONT_FAMILY, GRID, INK, MUTED, SHADE} from '../figures/theme';
import {CODE_STYLE} from './code-style';

const ACCENT = CATEGORICAL_STYLES[0]!.colour;

const TEXT = `
:root { --ink: ${INK}; --muted: ${MUTED}; --line: ${GRID}; --shade: ${SHADE}; --accent: ${ACCENT};
  --measure: 37rem; --figure: 940px; color-scheme: light; }
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink);
  font: 400 1.0625rem/1.6 ${FONT_FAMILY}; font-variant-numeric: lining-nums;
  overflow-wrap: break-word; }
main { display: block; }
h1, h2, h3 { font-weight: 400; line-height: 1.2; text-wrap: balance; max-width: var(--measure); }
h1 { font-size: 2.25rem; margin: 0 0 1.25rem; letter-spacing: -0.01em; }
h2 { font-size: 1.5rem; margin: 3.25rem 0 0.9rem; }
h3 { font-size: 1.125rem; font-weight: 700; margin: 2rem 0 0.6rem; }
p, ul, ol, blockquote { max-width: var(--measure); margin: 0 0 1.1rem; text-wrap: pretty; }
ul, ol { padding-left: 1.4rem; }
li { margin-bottom: 0.3rem; }
blockquote { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--muted); }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 3rem 0; }
img { max-width: 100%; height: auto; }
body .katex { font-size: 1.1em; }
.katex-block { margin: 1.2rem 0; padding: 0.2rem 0; overflow-x: auto; overflow-y: hidden; }
.katex-block .katex-display { margin: 0; }
@media (max-width: 40rem) {
  body { font-size: 1rem; }
  h1 { font-size: 1.75rem; }
  h2 { font-size: 1.3rem; margin-top: 2.5rem; }
}
sub, sup { line-height: 0; }
`;

const FIGURES = `
.figure { margin: 1.6rem 0 2rem; }
.figure-title { display: none; font-weight: 700; line-height: 1.35; margin: 0 0 0.4rem; }
.figure-frame { position: relative; max-width: 100%; overflow: hidden; }
.figure-picture { display: block; width: 100%; height: 100%; }
.figure-live { position: absolute; top: 0; left: 0; transform-origin: 0 0; }
.is-live .figure-picture { visibility: hidden; }
.figure-frame:not(.is-live) .figure-live { visibility: hidden; }
@media screen and (max-width: 40rem) { .figure-title { display: block; } }
`;

const TABLES = `
.table { margin: 1.4rem 0 2rem; max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.45;
  font-variant-numeric: lining-nums tabular-nums; }
caption { text-align: left; padding: 0 0 0.5rem; color: var(--muted); }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1.4rem 0.4rem 0; }
th { font-weight: 700; border-bottom: 1px solid var(--muted); vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); }
.number { text-align: right; }
.number, .interval { white-space: nowrap; }
`;

const PRINT = `
@media print {
  @page { margin: 18mm 16mm; }
  body { font-size: 10.5pt; }
  a { color: inherit; text-decoration: none; }
  h2, h3 { break-after: avoid; }
  .figure, tr { break-inside: avoid; }
  .figure-frame:has(.figure-picture) .figure-live { display: none; }
  .is-live .figure-picture { visibility: visible; }
  .table { overflow: visible; }
  details.code { display: none; }
}
`;

/** The styles, but for the fonts: one text for a file or a `<style>`. */
export const PAGE_STYLE = `${TEXT}${FIGURES}${TABLES}${CODE_STYLE}${PRINT}`.trimStart();
