/** The TypeScript code blocks of README.md and docs/*.md. */
import {readFileSync, readdirSync} from 'node:fs';
import * as path from 'node:path';
import MarkdownIt from 'markdown-it';
import {ROOT} from '../paths';
import type {Snippet} from './public-names';

/**
 * Every block that is fenced as `ts`. One fenced as `ts fragment` shows a part of the project's own
 * code, or leaves something out, and is not among them.
 */
export function markdownSnippets(): Snippet[] {
  const documents = readdirSync(path.join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.md')).map((name) => path.join('docs', name));
  return ['README.md', ...documents.sort()].flatMap((file) => {
    const tokens = new MarkdownIt().parse(readFileSync(path.join(ROOT, file), 'utf8'), {});
    return tokens.filter(({type, info}) => type === 'fence' && info.trim() === 'ts')
        .map(({content, map}) => {
          const line = map![0] + 2; // Counted from 1, below the fence.
          return {of: `${file}:${line}`, code: content, file, line};
        });
  });
}
