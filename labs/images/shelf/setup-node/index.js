// The runner has one Node. What asks for another is told so, and goes on: on
// GitHub the same workflow gets the one that it asks for.
'use strict';
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

const file = lib.input('node-version-file');
if (file && !fs.existsSync(path.resolve(lib.workspace, file))) lib.fail(`The specified node version file at: ${file} does not exist`);
const wanted = lib.input('node-version') || (file && !file.endsWith('.json') ? fs.readFileSync(path.resolve(lib.workspace, file), 'utf8').trim() : '');
const major = /^v?(\d+)/.exec(wanted);
if (major && Number(major[1]) !== Number(process.versions.node.split('.')[0])) {
  lib.notice(`Node ${wanted} isn't in this lab: its runner has ${process.version}. On GitHub you get the one you ask for.`);
}
lib.output('node-version', process.version);
lib.output('cache-hit', 'false');
lib.info(`node ${process.version}`);
