/** What a command remarks beside its result. */
export const note = (message: string): void => console.error(`note: ${message}`);
