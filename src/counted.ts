/** `1 run`, `3 runs`, `60,000 images`. */
export const counted = (count: number, noun: string): string =>
    `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
