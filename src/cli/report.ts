import type {RunStudyTexts} from './run-study-texts';
export interface ReportCommandOptions extends RunStudyTexts { readonly output?: string }
export async function report(_: string, __: ReportCommandOptions): Promise<void> {}
