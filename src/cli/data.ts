/** `hidden-gaussian data`: brings the data sets. */
import * as path from 'node:path';
import {downloadFashionMnist} from '../data/fashion-mnist-download';
import {terminalProgress} from '../progress/terminal-progress';
import {projectPaths} from '../paths';

export async function data(): Promise<void> {
  const {fashionMnist, work} = projectPaths();
  const notice = (message: string): void => console.error(message);
  const {fetched} = await downloadFashionMnist(
      {dir: fashionMnist, onProgress: terminalProgress(), notice});
  if (fetched.length > 0) console.log(`Fashion-MNIST is in ${path.relative(work, fashionMnist)}`);
}
