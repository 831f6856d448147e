/** Float64 tensors that live as long as the object that made them. */
import {dispose64, keep64, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';

/** A fixed set of float64 tensors and their end. */
export interface Resident64 {
  /** The tensors, in the order they were made. @throws Error after `dispose`. */
  get(): readonly Tensor64[];
  /** Frees them; calling it again does nothing. */
  dispose(): void;
}

/**
 * Keeps what `make` returns on the device.
 * @param owner named in the message when the tensors are used after `dispose`.
 */
export function resident64(owner: string, make: () => Tensor64[]): Resident64 {
  let tensors: readonly Tensor64[] | undefined = tidy64(make).map(keep64);
  return {
    get() {
      if (tensors === undefined) {
        throw new Error(`${owner}: expected to be used before dispose(), got a call after it; ` +
            'make a new one');
      }
      return tensors;
    },
    dispose() {
      tensors?.forEach(dispose64);
      tensors = undefined;
    },
  };
}
