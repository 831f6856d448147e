/**
 * Typed access to what lies below tfjs-node: TensorFlow tensor handles, single ops and sessions.
 * Only `src/backend` uses it.
 */
import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {OpAttribute} from './raw-op';
import {tf} from './tf';

/** A TensorFlow tensor as the addon returns it. */
export interface HandleInfo {
  readonly id: number;
  readonly shape: number[];
  /** `TF_DataType`. */
  readonly dtype: number;
}

/** The addon's functions. Comma-separated names have the form `node:output`. */
export interface NativeBinding {
  /** TensorFlow's version. */
  readonly TF_Version: string;
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number):
      HandleInfo[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string):
      HandleInfo[];
  deleteSavedModel(id: number): void;
}

interface NodeBackend {
  binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {get(dataId: object): {
    readonly id: number;
    readonly dtype: number;
    /** Values that are still in JavaScript; null once uploaded. */
    readonly values: unknown;
  };};
  /** Registers values under a data id, without an upload. */
  move(dataId: object, ...rest: unknown[]): void;
  /** What `data()` awaits. */
  read(dataId: object): Promise<unknown>;
  getInputTensorIds(tensors: TensorInfo[]): number[];
  createOutputTensor(info: HandleInfo): Tensor;
}

export const nodeBackend = (): NodeBackend => tf.backend() as unknown as NodeBackend;

/** The handle behind a tensor; values that are still in JavaScript are uploaded first. */
export const handleOf = (tensor: TensorInfo): number =>
    nodeBackend().getInputTensorIds([tensor])[0]!;

/** The `TF_DataType` behind a tensor (tfjs calls uint8 tensors int32). */
export const dataTypeOf = (tensor: TensorInfo): number =>
    nodeBackend().tensorMap.get(tensor.dataId).dtype;

/** Wraps a handle as a tensor, which owns it from then on. */
export const tensorFromHandle = (info: HandleInfo): Tensor =>
    nodeBackend().createOutputTensor(info);
