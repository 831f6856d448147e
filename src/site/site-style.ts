/** Layout of the site, after the pages' own styles: the line on top, contents beside the text. */

const FRAME = `
.banner, .foot, .layout, .front { max-width: 79rem; margin: 0 auto; padding: 0 1.5rem; }
.banner { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.5rem;
  padding-top: 1.1rem; padding-bottom: 1.1rem; justify-content: space-between; }
.brand { color: var(--ink); font-weight: 700; text-decoration: none; }
.banner nav { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.3rem; }
.banner nav a { text-decoration: none; padding: 0.15rem 0.55rem; border-radius: 4px;
  color: var(--ink); }
.banner nav a:hover { background: var(--shade); }
.banner nav a[aria-current] { background: var(--ink); color: #fff; }
.banner .label { margin-right: 0.4rem; }
.label { color: var(--muted); font-size: 0.85rem; margin: 0; }
.skip { position: absolute; left: -100vw; background: #fff; padding: 0.5rem 1rem; }
.skip:focus { left: 0; z-index: 2; }
.foot { margin-top: 4rem; padding-bottom: 2.5rem; }
.foot p { border-top: 1px solid var(--line); padding-top: 1rem; max-width: none;
  color: var(--muted); font-size: 0.85rem; }
`;

const NOTEBOOK = `
.layout { padding-top: 2rem; }
.layout h2 { margin-top: 2.5rem; }
.cell.code { margin-bottom: 0.6rem; }
.cell:target > h2:first-child, .cell.code:target > details > summary { color: var(--accent); }
.output { font-size: 0.8rem; }
.figure figcaption { color: var(--muted); font-size: 0.85rem; margin-top: 0.4rem; }
.figure figcaption a { color: inherit; }
.toc { font-size: 0.9rem; line-height: 1.4; margin: 1.5rem 0; }
.toc .katex { font-size: 1em; }
.toc ul { list-style: none; margin: 0.6rem 0 0; padding: 0; }
.toc li { margin: 0 0 0.5rem; }
.toc a { color: var(--ink); text-decoration: none; }
.toc a:hover { text-decoration: underline; }
.steps { display: flex; justify-content: space-between; gap: 2rem; margin-top: 4rem;
  padding-top: 1.5rem; border-top: 1px solid var(--line); }
.steps a { text-decoration: none; max-width: 20rem; }
.steps .label { display: block; }
.steps .next { margin-left: auto; text-align: right; }
@media (min-width: 75rem) {
  .layout { display: grid; grid-template-columns: 12rem minmax(0, 1fr); column-gap: 3.5rem; }
  .layout > * { grid-column: 2; min-width: 0; }
  .layout > .toc { grid-column: 1; grid-row: 1 / span 999; position: sticky; top: 2rem;
    align-self: start; max-height: calc(100vh - 4rem); overflow-y: auto; margin: 0.7rem 0; }
}
`;

const FRONT = `
.front { padding-top: 2rem; }
.hero { display: grid; gap: 2rem 4rem; align-items: start; }
.lead { font-size: 1.2rem; line-height: 1.5; }
.hero figure { margin: 0; }
.hero figcaption { color: var(--muted); font-size: 0.85rem; line-height: 1.45;
  margin-top: 0.6rem; }
.score { font-size: 1.2rem; line-height: 1.5; }
.findings { list-style: none; padding: 0; margin: 0; max-width: none; display: grid;
  gap: 1.75rem 2.5rem; }
.findings li { margin: 0; border-top: 1px solid var(--line); padding-top: 0.9rem; }
.findings p { margin: 0 0 0.4rem; }
.findings .value { font-size: 1.35rem; font-variant-numeric: lining-nums tabular-nums; }
.findings .value small { font-size: 0.9rem; color: var(--muted); white-space: nowrap; }
.findings .verdict { font-size: 0.9rem; margin-left: 0.6rem; }
.findings .detail { color: var(--muted); font-size: 0.9rem; line-height: 1.45; }
.cards { list-style: none; padding: 0; margin: 0; max-width: none; display: grid;
  gap: 2.25rem 2rem; }
.cards li { margin: 0; }
.cards a { display: block; color: var(--ink); text-decoration: none; }
.cards a:hover h3 { color: var(--accent); }
.cards .thumb { display: block; aspect-ratio: 8 / 5; border: 1px solid var(--line);
  border-radius: 4px; overflow: hidden; }
.cards img { display: block; width: 100%; height: auto; }
.cards h3 { margin: 0.8rem 0 0.2rem; }
.claims { width: 100%; font-size: 0.9rem; }
.claims tbody { border-top: 1px solid var(--muted); }
.claims thead th { border-bottom: 0; }
.claims tbody th { border: 0; padding-top: 0.9rem; }
.claims tr.last td { border-bottom: 0; padding-bottom: 1rem; }
.claims .source { white-space: nowrap; }
.claims td:first-child { min-width: 9rem; }
.claims td:nth-child(2) { min-width: 18rem; }
.claims .note { color: var(--muted); display: block; }
.verdict { white-space: nowrap; }
.verdict.yes::before { content: "✔"; color: #00724f; margin-right: 0.4em; }
.verdict.no::before { content: "✘"; color: #b3261e; margin-right: 0.4em; }
.verdict.untested { color: var(--muted); }
@media (min-width: 44rem) {
  .findings, .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (min-width: 62rem) {
  .hero { grid-template-columns: minmax(0, 1fr) minmax(0, 27rem); }
  .findings, .cards { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
`;

const PRINT = `
@media print {
  .banner nav, .toc, .steps, .skip, .figure figcaption { display: none; }
  .banner, .foot, .layout, .front { max-width: none; padding-left: 0; padding-right: 0; }
  .layout { display: block; }
  .findings li, .cards li { break-inside: avoid; }
}
`;

/** The site's own styles. */
export const SITE_STYLE = `${FRAME}${NOTEBOOK}${FRONT}${PRINT}`.trimStart();
