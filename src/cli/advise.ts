/** `hidden-gaussian advise`: which checkpoint of a run to use, and why. */
import {adviceRows, adviseRun} from '../experiments/advise-run';
import {shortRunId} from '../store/run-name';
import {createTable} from '../tables/create-table';
import {tableToText} from '../tables/show-table';
import {studyOfRun} from './run-study-texts';
import type {RunStudyTexts} from './run-study-texts';

export type AdviseCommandOptions = RunStudyTexts;

export async function advise(name: string, texts: AdviseCommandOptions): Promise<void> {
  const study = await studyOfRun('advise', name, texts);
  const advised = await adviseRun(study).finally(() => study.close());
  const {id} = study.run.stored;
  const step = advised.advice.recommended;
  console.log(tableToText(createTable(adviceRows(advised).map((row) => ({...row})))));
  console.log(`\n${advised.sentence}`);
  console.log(`npx hidden-gaussian export ${shortRunId(id)} --step ${step} -o model-${step}`);
}
