/** `hidden-gaussian report`: one page that says what there is to know of a run. */
import {createPictures} from '../reports/pictures';
import {runPage} from '../reports/run-page';
import {measureRun} from '../reports/run-report';
import {shortRunId} from '../store/run-name';
import {writeFile} from '../store/write-file';
import {checkHtmlOutput} from './html-output';
import {note} from './notes';
import {formatBytes} from './units';
import {studyOfRun} from './run-study-texts';
import type {RunStudyTexts} from './run-study-texts';

export interface ReportCommandOptions extends RunStudyTexts {
  /** The page (default `report-<run>.html` in the working folder). */
  readonly output?: string;
}

export async function report(name: string, texts: ReportCommandOptions): Promise<void> {
  checkHtmlOutput('report', texts.output);
  const study = await studyOfRun('report', name, texts);
  const measured = await measureRun(study);
  const {output = `report-${shortRunId(study.run.stored.id)}.html`} = texts;
  const pictures = createPictures(note);
  try {
    const page = await runPage(measured, pictures);
    writeFile(output, page);
    console.log(measured.advised.sentence);
    console.log(`${output}: ${formatBytes(Buffer.byteLength(page))}; open it in a browser`);
  } finally {
    await pictures.close();
    await study.close();
  }
}
