/** The TypeScript code blocks of Markdown files. */
import {readFileSync, readdirSync} from 'node:fs';
import * as path from 'node:path';
import MarkdownIt from 'markdown-it';
import {ROOT} from '../paths';
import type {Snippet} from './public-names';

/** README.md and docs/*.md. */
export function documents(): string[] {
  const names = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...names.map((name) => path.join('docs', name)).sort()];
}

/**
 * Every block of a file that is fenced as `ts`. One fenced as `ts fragment` shows a part of the
 * project's own code, or leaves something out, and is not among them.
 */
export function markdownSnippets(file: string): Snippet[] {
  const tokens = new MarkdownIt().parse(readFileSync(path.join(ROOT, file), 'utf8'), {});
  return tokens.filter(({type, info}) => type === 'fence' && info.trim() === 'ts')
      .map(({content, map}) => {
        const line = map![0] + 2; // Counted from 1, below the fence.
        return {of: file, code: content, file, line};
      });
}
