/** The sections of src/index.ts, its `// Title` lines, as categories of the reference. */
import {readFileSync} from 'node:fs';
import ts from 'typescript';
import {Comment, CommentTag} from 'typedoc';

/**
 * @returns each section's title (what stands before a colon) and the names exported below it.
 */
export function sectionsOf(index) {
  const text = readFileSync(index, 'utf8');
  const source = ts.createSourceFile(index, text, ts.ScriptTarget.ES2022, true);
  const sections = [];
  for (const statement of source.statements) {
    for (const {pos, end, kind} of ts.getLeadingCommentRanges(text, statement.pos) ?? []) {
      if (kind !== ts.SyntaxKind.SingleLineCommentTrivia) continue;
      sections.push({title: text.slice(pos + 2, end).split(':')[0].trim(), names: []});
    }
    if (!ts.isExportDeclaration(statement) || sections.length === 0) {
      throw new Error(`${index}: expected exports below \`// Title\` lines, got ` +
          `\`${statement.getText().split('\n')[0]}\``);
    }
    sections.at(-1).names.push(...statement.exportClause.elements.map(({name}) => name.text));
  }
  return sections;
}

/** Gives each public name its section as category. */
export function categorize(project, sections) {
  const titles = new Map(sections.flatMap(({title, names}) => names.map((name) => [name, title])));
  for (const reflection of project.children ?? []) {
    const tag = new CommentTag('@category', [{kind: 'text', text: titles.get(reflection.name)}]);
    for (const documented of reflection.signatures ?? [reflection]) {
      documented.comment ??= new Comment();
      documented.comment.blockTags.push(tag);
    }
  }
}
