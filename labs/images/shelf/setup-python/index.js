// The runner has one Python. What asks for another is told so, and goes on: on
// GitHub the same workflow gets the one that it asks for.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

const file = lib.input('python-version-file');
if (file && !fs.existsSync(path.resolve(lib.workspace, file))) lib.fail(`The specified python version file at: ${file} doesn't exist.`);
const there = execFileSync('python3', ['-IS', '-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim();
const wanted = (lib.input('python-version') || (file && !file.endsWith('.toml') ? fs.readFileSync(path.resolve(lib.workspace, file), 'utf8').trim() : '')).split('\n')[0].trim();
const plain = /^3(?:\.(\d+))?/.exec(wanted);
if (plain && plain[1] !== undefined && plain[1] !== there.split('.')[1]) {
  lib.notice(`Python ${wanted} isn't in this lab: its runner has ${there}. On GitHub you get the one you ask for.`);
}
lib.output('python-version', there);
lib.output('python-path', '/usr/bin/python3');
lib.output('cache-hit', 'false');
lib.info(`python ${there}`);
