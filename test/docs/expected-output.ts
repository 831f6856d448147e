/**
 * What an example says that it prints: the comment behind a statement that prints, and the comment
 * lines directly below it.
 *
 *     console.log(hg.formatSigma(42.415)); // 42.4
 *     hg.tf.tensor1d([1, 2]).print();
 *     // Tensor
 *     //     [1, 2]
 */
import ts from 'typescript';

/** Statements that print are those that call a function of one of these names. */
const PRINTING = new Set(['log', 'print']);

/** The lines in their order; other comments explain, and are passed over. */
export function expectedOutput(code: string): string[] {
  const source = ts.createSourceFile('example.mts', code, ts.ScriptTarget.ES2022, true);
  return source.statements.filter(prints).flatMap((statement) => {
    const end = statement.getEnd();
    const behind = ts.getTrailingCommentRanges(code, end) ?? [];
    const below = directlyBelow(code, behind.at(-1)?.end ?? end);
    return [...behind, ...below].map(({pos, end: to}) =>
      code.slice(pos, to).replace(/^\/\/ ?/, ''));
  });
}

function prints(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) &&
      PRINTING.has(node.expression.name.text)) {
    return true;
  }
  return ts.forEachChild(node, prints) ?? false;
}

/** Comment lines from `position` on, up to the first line that is none. */
function directlyBelow(code: string, position: number): readonly ts.CommentRange[] {
  let end = position;
  return (ts.getLeadingCommentRanges(code, position) ?? []).filter(({pos, end: to}) => {
    const follows = /^\s*$/.test(code.slice(end, pos)) &&
        code.slice(end, pos).split('\n').length === 2;
    if (follows) end = to;
    return follows;
  });
}
