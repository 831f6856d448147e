/** What `advise` and `report` share: the study of the run that the command line means. */
import {openRunStudy} from '../experiments/run-study';
import type {RunStudy} from '../experiments/run-study';
import {terminalProgress} from '../progress/terminal-progress';
import {note} from './notes';
import {parseOwnImagesTexts} from './own-images';
import type {OwnImagesTexts} from './own-images';

export interface RunStudyTexts extends OwnImagesTexts {
  readonly profile: string;
}

/** @param command its name, for messages. @throws Error as `openRunStudy` does. */
export const studyOfRun = (command: string, run: string, texts: RunStudyTexts): Promise<RunStudy> =>
    openRunStudy(run, {
      profile: texts.profile, images: parseOwnImagesTexts(command, texts),
      onProgress: terminalProgress(), warn: note,
    });
