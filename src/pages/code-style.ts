/** Code in pages: folded blocks; the classes of highlight.js in colours of contrast 4.5 or more. */
import {MUTED} from '../figures/theme';

export const CODE_STYLE = `
code, pre { font-family: ui-monospace, "SFMono-Regular", "Cascadia Mono", Menlo, Consolas,
  "DejaVu Sans Mono", monospace; font-size: 0.86em; font-variant-ligatures: none; }
code { background: #f6f6f4; border-radius: 3px; padding: 0.1em 0.3em; }
pre { background: #f6f6f4; border-radius: 4px; margin: 0 0 1.1rem; padding: 0.8rem 1rem;
  line-height: 1.5; overflow-x: auto; max-width: var(--figure); }
pre code { background: none; padding: 0; font-size: inherit; }
pre.error { border-left: 3px solid #b3261e; }
details.code { margin: 0.8rem 0; max-width: var(--figure); }
details.code > summary { cursor: pointer; width: fit-content; color: var(--muted);
  font-size: 0.85rem; }
details.code[open] > summary { margin-bottom: 0.5rem; }
.hljs-comment, .hljs-quote { color: ${MUTED}; font-style: italic; }
.hljs-keyword, .hljs-literal, .hljs-built_in, .hljs-type { color: #0b5a8f; }
.hljs-string, .hljs-regexp { color: #0a6b4f; }
.hljs-subst { color: inherit; }
.hljs-number, .hljs-symbol { color: #9a3f00; }
.hljs-title, .hljs-title.function_, .hljs-attr { color: #7a2e6d; }
`;
