/** What lies in a run's folder: the names of the store's own files. Others are the computation's. */

/** What was asked for. */
export const REQUEST = 'request.json';
/** Values, checksums and provenance; written last. */
export const RESULT = 'result.json';
/** The result's arrays. */
export const ARRAYS = 'result.safetensors';
/** SHA-256 sums of the files, kept up to date while the run is computed. */
export const CHECKSUMS = 'checksums.json';
/** How far it is, while it is computed. */
export const PROGRESS = 'progress.json';
/** Folder of who computes it. */
export const LOCK = 'lock';

/** Folder number `n` of damaged files that were set aside. */
export const asideFolder = (n: number): string => `damaged-${n}`;

/** Whether a name is that of such a folder, or of a file in one. */
export const isAside = (name: string): boolean => /^damaged-\d+(\/|$)/.test(name);

/** Whether a name is that of the lock's folder, or of a file in it. */
export const isLock = (name: string): boolean => name === LOCK || name.startsWith(`${LOCK}/`);
