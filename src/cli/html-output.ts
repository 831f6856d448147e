/** The page that a command writes. */

/** @throws RangeError naming the command, when the name of the page is none of HTML. */
export function checkHtmlOutput(command: string, output: string | undefined): void {
  if (output !== undefined && !/\.html?$/i.test(output)) {
    throw new RangeError(`${command}: --output: expected a name ending in .html, got ${output}`);
  }
}
