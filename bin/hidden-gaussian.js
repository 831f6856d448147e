#!/usr/bin/env node
'use strict';
const {existsSync} = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const cli = path.join(root, 'dist', 'src', 'cli.js');
const isSetUp = [cli, path.join(root, 'node_modules', 'commander')].every((at) => existsSync(at));
if (isSetUp) {
  require(cli).main(process.argv).then((status) => {
    process.exitCode = status;
  });
} else {
  console.error('hidden-gaussian: not set up yet; run `make setup`');
  process.exitCode = 1;
}
