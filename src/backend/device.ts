/** What TensorFlow computes on. */
import {execFileSync} from 'node:child_process';
import type {ComputeDevice} from '../store/provenance';
import {nodeBackend} from './binding';

/** Device and version of TensorFlow, as provenances name them. */
export function computeDevice(): ComputeDevice {
  const {binding, isUsingGpuDevice} = nodeBackend();
  return {device: isUsingGpuDevice ? gpuNames() : 'CPU', tensorflow: binding.TF_Version};
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
