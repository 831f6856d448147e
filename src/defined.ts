/** The record without the fields that are undefined. */
export const defined = <T extends object>(record: T): {[K in keyof T]: Exclude<T[K], undefined>} =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as
      {[K in keyof T]: Exclude<T[K], undefined>};
