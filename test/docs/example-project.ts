/**
 * Snippets as a project of somebody else: each a module of its own in a scratch folder, which finds
 * the built package under its name and knows nothing else of it.
 */
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import ts from 'typescript';
import {ROOT} from '../paths';
import type {Snippet} from './public-names';

/** What every example may take for granted: the one line that stands before it. */
export const IMPORT = 'import * as hg from \'hidden-gaussian\';';

export interface ExampleProject {
  readonly folder: string;
  /** The compiled module of each snippet. */
  readonly modules: ReadonlyMap<Snippet, string>;
  /** What the compiler complains of, with the place in the comment or document. */
  readonly problems: readonly string[];
  remove(): void;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16, lib: ['lib.es2022.d.ts'],
  types: ['node'], typeRoots: [path.join(ROOT, 'node_modules', '@types')],
  strict: true, skipLibCheck: true, esModuleInterop: true, inlineSourceMap: true,
};

/** Compiles all snippets in one program. */
export function exampleProject(snippets: readonly Snippet[]): ExampleProject {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hidden-gaussian-examples-'));
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'hidden-gaussian'));
  const files = new Map(snippets.map((snippet, i) => {
    const name = `${String(i).padStart(3, '0')}-${snippet.of.replace(/\W+/g, '-')}`;
    return [path.join(folder, `${name}.mts`), snippet];
  }));
  for (const [file, {code}] of files) writeFileSync(file, moduleOf(code));
  const program = ts.createProgram([...files.keys()], OPTIONS);
  const diagnostics = [...program.getOptionsDiagnostics(), ...[...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  })];
  program.emit();
  return {
    folder,
    modules: new Map([...files].map(([file, snippet]) => [snippet, file.replace(/mts$/, 'mjs')])),
    problems: diagnostics.map((diagnostic) => problemOf(diagnostic, files)),
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
}

/**
 * The import stands in the first line, and the code from the second on: `placeOf` counts on it.
 */
function moduleOf(code: string): string {
  const {importedFiles} = ts.preProcessFile(code);
  const imports = importedFiles.some(({fileName}) => fileName === 'hidden-gaussian');
  return `${imports ? '' : IMPORT}\n${code}\nexport {};\n`;
}

function problemOf(
    {file, start, messageText}: ts.Diagnostic, files: ReadonlyMap<string, Snippet>): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n  ');
  const snippet = file && files.get(path.normalize(file.fileName));
  if (file === undefined || snippet === undefined) return message;
  const {line} = file.getLineAndCharacterOfPosition(start ?? 0);
  return `${placeOf(snippet, line + 1)} (${snippet.of}): ${message}`;
}

/** Where line `line` of a snippet's module, from 1, is written. */
export const placeOf = (snippet: Snippet, line: number): string =>
    `${snippet.file}:${snippet.line + line - 2}`;
