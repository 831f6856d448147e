#!/usr/bin/env node
'use strict';
const {existsSync} = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const cli = path.join(root, 'dist', 'src', 'cli.js');
if (existsSync(cli) && has('commander')) {
  require(cli).main(process.argv).then((status) => {
    process.exitCode = status;
  });
} else {
  console.error('hidden-gaussian: not set up yet; run `make setup`');
  process.exitCode = 1;
}

/** Whether a package that this one needs can be found from here. */
function has(name) {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}
