/**
 * Loaded into a child process with `--require`: writes its peak memory in bytes to file
 * descriptor 3 when it ends.
 */
import {readFileSync, writeSync} from 'node:fs';

/** Linux says it of this process alone; the resource usage counts the parent's at the fork too. */
function peakBytes(): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found !== null) return 1024 * Number(found[1]);
  } catch {
    // Not on Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}

process.on('exit', () => writeSync(3, String(peakBytes())));
