/** What the probe tells the doctor. */
import {z} from 'zod';

const MARK = 'hidden-gaussian probe: ';
const probeReport = z.object({
  tensorflow: z.string(),
  tfjs: z.string(),
  gpu: z.boolean(),
  /** Measured float32 matrix product. */
  gflops: z.number().positive(),
  /** The LAPACK library's version and build, or why it does not load; neither when missing. */
  lapack: z.object({config: z.string().optional(), problem: z.string().optional()}),
});
export type ProbeReport = z.infer<typeof probeReport>;

export const formatReport = (report: ProbeReport): string => `${MARK}${JSON.stringify(report)}`;

/** Finds the report in a program's output; undefined when there is none. */
export function parseReport(output: string): ProbeReport | undefined {
  const line = output.split('\n').find((text) => text.startsWith(MARK));
  return line === undefined ? undefined : probeReport.parse(JSON.parse(line.slice(MARK.length)));
}
