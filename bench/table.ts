/** Results as Markdown. */
import type {Origin} from './machine';
import type {Comparison, PairedResult, PlainResult, Result, Timing} from './results';
import type {Spread} from './statistics';

/** All tables, and where each row comes from. */
export function renderResults(results: readonly Result[]): string {
  if (results.length === 0) return 'Nothing was measured yet.';
  const paired = results.filter((result): result is PairedResult => result.kind === 'paired');
  const plain = results.filter((result): result is PlainResult => result.kind === 'plain');
  return [
    ...paired.length > 0 ? [pairedTable(paired), sidesTable(paired), checks(paired)] : [],
    ...plain.length > 0 ? [plainTable(plain)] : [],
    origins(results),
  ].join('\n\n');
}

function pairedTable(results: readonly PairedResult[]): string {
  return markdown(
      ['case', 'ours', 'peers', 'best / ours [q1, q3]', 'target, aim', 'reached', 'of the peak'],
      results.flatMap((result) => result.comparisons.map((comparison, i) => [
        i === 0 ? `**${result.id}** ${result.title}` : `**${result.id}**, the same`,
        milliseconds(result.ours.ms), peersOf(result, comparison), spreadOf(comparison.ratio),
        targetOf(comparison), reachedOf(comparison),
        i > 0 || result.share === null ? '' : percent(result.share),
      ])));
}

function peersOf({peers}: PairedResult, {against, best}: Comparison): string {
  return Object.entries(peers)
      .filter(([, {label}]) => label.startsWith(against))
      .map(([name, {label, ms, excluded}]) => {
        const remark = excluded === undefined ? '' : ' (too far off)';
        const text = `${label} ${milliseconds(ms)}${remark}`;
        return name === best ? `**${text}**` : text;
      }).join('<br>');
}

function sidesTable(results: readonly PairedResult[]): string {
  const row = (id: string, side: Timing, ratio: string): string[] => [
    id, side.label, milliseconds(side.ms), ratio, milliseconds(side.firstMs),
    `${Math.round(side.rssMB)} MB`,
    side.deviation === undefined ? '' : side.deviation.toExponential(1),
  ];
  return markdown(
      ['case', 'side', 'median', 'side / ours [q1, q3]', 'first call', 'peak memory', 'deviation'],
      results.flatMap(({id, ours, peers}) => [
        row(id, ours, ''),
        ...Object.values(peers).map((peer) => row(id, peer, spreadOf(peer.ratio))),
      ]));
}

const checks = (results: readonly PairedResult[]): string => results.map(
    ({id, pairs, check, notes}) =>
      `- **${id}** (${pairs} pairs). Check: ${[check, ...notes].join('. ')}.`).join('\n');

function plainTable(results: readonly PlainResult[]): string {
  return markdown(['measure', 'values', 'target', 'reached'], results.map((result) => [
    `**${result.id}** ${result.title}`,
    result.values.map(([name, value]) => `${name} ${value}`).join('<br>'),
    result.target ?? '', result.reached === undefined ? '' : mark(result.reached),
  ]));
}

function origins(results: readonly Result[]): string {
  const groups = new Map<string, string[]>();
  for (const {id, origin} of results) {
    const text = originText(origin);
    groups.set(text, [...groups.get(text) ?? [], id]);
  }
  return [...groups].map(([text, ids]) => `${ids.join(', ')}: ${text}`).join('\n\n');
}

function originText({date, commit, machine, versions}: Origin): string {
  const {processor, cores, isa, memoryGB, platform} = machine;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date.slice(0, 10)}, commit ${commit ?? 'unknown'}, ${processor}, ${cores} cores ` +
      `(${isa.join(', ')}), ${memoryGB} GB, ${platform}; ${named.join(', ')}.`;
}

function targetOf({target, aim}: Comparison): string {
  return [target, aim].flatMap((value) => value === undefined ? [] : `${value} ×`).join(', ');
}

function reachedOf({ratio, target, aim}: Comparison): string {
  if (target === undefined) return '';
  if (aim !== undefined && ratio.median >= aim) return '✔ aim';
  return mark(ratio.median >= target);
}

const mark = (reached: boolean): string => reached ? '✔' : '✘';

const spreadOf = ({median, q1, q3}: Spread): string =>
  `**${factor(median)}** [${factor(q1)}, ${factor(q3)}]`;

const factor = (value: number): string => `${Number(value.toPrecision(3))} ×`;
const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** Three digits, in seconds from ten seconds up. */
export function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${Number((ms / 1000).toPrecision(3))} s` :
    `${Number(ms.toPrecision(3))} ms`;
}

const markdown = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string => [
  `| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
].join('\n');
