/** What differs between figures of the same kind, and how a frame is put back on its figure. */
import type {LayoutChange, PlotlyFigure, PlotlyFrame, PlotlyLayout, PlotlyTrace} from './types';

type Attributes = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Attributes =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The attributes in which records differ, for each of them; records inside are compared
 * attribute by attribute, arrays as wholes.
 * @returns undefined if they are all the same.
 * @throws RangeError for an attribute that only some have: a frame could not take it away.
 */
export function changesBetween(records: readonly object[]): Attributes[] | undefined {
  const all = records as readonly Attributes[];
  const keys = [...new Set(all.flatMap((record) => Object.keys(record)))];
  const changes = all.map((): Record<string, unknown> => ({}));
  for (const key of keys) {
    const values = all.map((record) => record[key]);
    if (values.every((value) => isSame(value, values[0]))) continue;
    if (values.some((value) => value === undefined)) {
      throw new RangeError(`sliderFigure: expected \`${key}\` in every state, got it in only some`);
    }
    const inner = values.every(isRecord) ? changesBetween(values as Attributes[]) : values;
    changes.forEach((change, s) => {
      change[key] = inner![s];
    });
  }
  return keys.some((key) => key in changes[0]!) ? changes : undefined;
}

/** The same for layouts. */
export const layoutChanges = (layouts: readonly PlotlyLayout[]): LayoutChange[] | undefined =>
    changesBetween(layouts) as LayoutChange[] | undefined;

function withChange(record: Attributes, change: Attributes): Attributes {
  const merged: Record<string, unknown> = {...record};
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key];
    merged[key] = isRecord(before) && isRecord(value) ? withChange(before, value) : value;
  }
  return merged;
}

/** The figure as a frame shows it. */
export function applyFrame(
    {data, layout}: PlotlyFigure, {data: changes, traces, layout: change}: PlotlyFrame):
    PlotlyFigure {
  const changed = data.map((trace, t) => {
    const at = traces.indexOf(t);
    if (at < 0) return trace;
    const merged = withChange(trace as unknown as Attributes, changes[at] as Attributes);
    return merged as unknown as PlotlyTrace;
  });
  return {
    data: changed,
    layout: change === undefined ? layout :
      withChange(layout as unknown as Attributes, change as Attributes) as unknown as PlotlyLayout,
  };
}
