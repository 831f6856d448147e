/** `hidden-gaussian data`: brings the data sets. */
import {downloadFashionMnist} from '../data/fashion-mnist-download';
import {terminalProgress} from '../progress/terminal-progress';
import {projectPaths} from '../paths';

export async function data(): Promise<void> {
  const {fashionMnist, root} = projectPaths();
  const notice = (message: string): void => console.error(message);
  const {fetched} = await downloadFashionMnist(
      {dir: fashionMnist, onProgress: terminalProgress(), notice});
  if (fetched.length > 0) console.log(`Fashion-MNIST is in ${fashionMnist.slice(root.length + 1)}`);
}
