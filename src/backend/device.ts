/** What TensorFlow computes on, and how: beside seeds and options, this decides the last bits. */
import {execFileSync} from 'node:child_process';
import {availableParallelism, cpus} from 'node:os';
import {counted} from '../counted';
import type {ComputeDevice} from '../store/provenance';
import {nodeBackend} from './binding';

/** Whether TensorFlow computes on a GPU. */
export const usesGpu = (): boolean => nodeBackend().isUsingGpuDevice;

/** Device and settings of TensorFlow, as provenances name them. */
export function computeDevice(): ComputeDevice {
  const {TF_NUM_INTRAOP_THREADS: threads, TF_ENABLE_ONEDNN_OPTS: oneDnn} = process.env;
  return {
    device: usesGpu() ? gpuNames() : 'CPU',
    tensorflow: nodeBackend().binding.TF_Version,
    threads: Number(threads) > 0 ? Number(threads) : availableParallelism(),
    oneDnn: oneDnn === '1' ? 'on' : oneDnn === '0' ? 'off' : 'default',
  };
}

/** The same in words, with the processor: `AMD EPYC, CPU, 1 thread, oneDNN on, TensorFlow 2.21.0`. */
export function describeCompute(): string {
  const {device, tensorflow, threads, oneDnn} = computeDevice();
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${device}, ` +
      `${counted(threads, 'thread')}, oneDNN ${oneDnn}, TensorFlow ${tensorflow}`;
}

function gpuNames(): string {
  try {
    const names = execFileSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'],
        {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
    return names.trim().split('\n').join(', ');
  } catch {
    return 'GPU';
  }
}
