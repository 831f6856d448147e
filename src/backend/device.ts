/** What TensorFlow computes on. */
import {execFileSync} from 'node:child_process';
import type {ComputeDevice} from '../store/provenance';
import {nodeBackend} from './binding';

/** Whether TensorFlow computes on a GPU. */
export const usesGpu = (): boolean => nodeBackend().isUsingGpuDevice;

/** Device and version of TensorFlow, as provenances name them. */
export function computeDevice(): ComputeDevice {
  return {
    device: usesGpu() ? gpuNames() : 'CPU', tensorflow: nodeBackend().binding.TF_Version,
  };
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
