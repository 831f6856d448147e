/** The names that src/index.ts exports, with the examples of their doc comments. */
import * as path from 'node:path';
import ts from 'typescript';
import {ROOT} from '../paths';

/** TypeScript to paste and run, and where it is written. */
export interface Snippet {
  /** What it is an example of: a public name, or a document's file and line. */
  readonly of: string;
  readonly code: string;
  /** Relative to the project's folder. */
  readonly file: string;
  /** Line of the code's first line, from 1. */
  readonly line: number;
}

export interface PublicName {
  readonly name: string;
  /** Whether it is there at run time: a function or a constant, not only a type. */
  readonly isValue: boolean;
  readonly examples: readonly Snippet[];
}

const INDEX = path.join(ROOT, 'src', 'index.ts');

/** All public names in alphabetical order; the package itself, with its own example, is first. */
export function publicNames(): PublicName[] {
  const {config} = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const {options} = ts.parseJsonConfigFileContent(config, ts.sys, ROOT, {incremental: false});
  const program = ts.createProgram([INDEX], options);
  const checker = program.getTypeChecker();
  const index = program.getSourceFile(INDEX)!;
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(index)!).map((symbol) => ({
    name: symbol.name, isValue: isValue(checker, symbol),
    examples: tagsOf(checker, symbol).map((tag) => snippet(symbol.name, tag)),
  })).sort((a, b) => a.name < b.name ? -1 : 1);
  // The file's own comment stands before its first statement.
  const examples = exampleTags(index.statements[0]!).map((tag) => snippet('hidden-gaussian', tag));
  return [{name: 'hidden-gaussian', isValue: true, examples}, ...names];
}

function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & ts.SymbolFlags.Value) !== 0;
}

/** The examples at the first place that has some, on the way from index.ts to the declaration. */
function tagsOf(checker: ts.TypeChecker, symbol: ts.Symbol): readonly ts.JSDocTag[] {
  for (let at: ts.Symbol | undefined = symbol; at !== undefined;) {
    const tags = (at.declarations ?? []).flatMap(exampleTags);
    if (tags.length > 0) return tags;
    at = at.flags & ts.SymbolFlags.Alias ? checker.getImmediateAliasedSymbol(at) : undefined;
  }
  return [];
}

const exampleTags = (node: ts.Node): readonly ts.JSDocTag[] =>
    ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'example');

function snippet(of: string, tag: ts.JSDocTag): Snippet {
  const source = tag.getSourceFile();
  const code = ts.getTextOfJSDocComment(tag.comment) ?? '';
  const start = source.text.indexOf(code.split('\n', 1)[0]!, tag.tagName.end);
  return {
    of, code, file: path.relative(ROOT, source.fileName),
    line: source.getLineAndCharacterOfPosition(start).line + 1,
  };
}
