/**
 * `npm run test:golden`: compares the project with a folder of references, tensor by tensor.
 * GOLDEN_DIR names the folder; without it, the project's own copy is taken.
 */
import * as path from 'node:path';
import {ROOT} from '../helpers';
import {runFolder} from './engine';
import {openGoldenFolder} from './folder';
import {describeFixture, describeFolder} from './report';

async function main(): Promise<void> {
  // npm changes to the project's folder; the name was given from where it was called.
  const folder = openGoldenFolder(path.resolve(process.env['INIT_CWD'] ?? '.',
      process.env['GOLDEN_DIR'] ?? path.join(ROOT, 'test', 'golden')));
  const reports = await runFolder(folder, (report) => console.log(describeFixture(report)));
  console.log(describeFolder(folder, reports));
  const failed = folder.problems.length > 0 || reports.some(({problems}) => problems.length > 0);
  process.exitCode = failed ? 1 : 0;
}

void main();
