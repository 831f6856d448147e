/** The names in the folder of a run store: runs, what was set aside of them, what is removed. */
import {randomBytes} from 'node:crypto';

const ID = '[a-z][a-z0-9-]*-[0-9a-f]{16}';
const RUN = new RegExp(`^${ID}$`);
const ASIDE = new RegExp(`^${ID}\\.damaged-\\d+$`);
const TRASH = new RegExp(`^${ID}\\.removed-[0-9a-f]{8}$`);

/** Whether a folder's name is that of a run, `kind-hash`. */
export const isRunName = (name: string): boolean => RUN.test(name);

/** Whether it is that of a damaged run as earlier versions set it aside: `kind-hash.damaged-1`. */
export const isAsideName = (name: string): boolean => ASIDE.test(name);

/** Whether it is that of a run whose removal has begun. */
export const isTrashName = (name: string): boolean => TRASH.test(name);

/** A name for a run that is being removed: from then on it is no run any more. */
export const trashName = (folder: string): string =>
    `${folder}.removed-${randomBytes(4).toString('hex')}`;

/** The kind of a run by its id. */
export const kindOf = (id: string): string => id.slice(0, id.lastIndexOf('-'));

/** As much of a run's id as hardly another run's begins with: `train-1f0c93ab`. */
export const shortRunId = (id: string): string => id.slice(0, id.lastIndexOf('-') + 9);
