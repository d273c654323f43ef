// Restores a cache of this run. Each run of the lab begins with none.
'use strict';
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

lib.known('path', 'key', 'restore-keys', 'fail-on-cache-miss', 'lookup-only', 'enablecrossosarchive', 'upload-chunk-size');
const key = lib.input('key') || lib.fail('`key` is missing');
if (!lib.input('path')) lib.fail('`path` is missing');
const store = path.join(lib.run, 'cache');
const kept = fs.existsSync(store) ? fs.readdirSync(store) : [];
const wanted = [key, ...lib.input('restore-keys').split('\n').map((line) => line.trim()).filter(Boolean)];
const found = kept.includes(lib.encoded(key)) ? lib.encoded(key) : wanted.slice(1).map((start) => kept.find((each) => each.startsWith(lib.encoded(start)))).find(Boolean);
if (!found) {
  if (lib.flag('fail-on-cache-miss', false)) lib.fail(`Failed to restore cache entry. Input key: ${key}`);
  lib.info(`Cache not found for input keys: ${wanted.join(', ')}`);
} else if (!lib.flag('lookup-only', false)) {
  const from = path.join(store, found);
  for (const file of lib.files(from, true)) lib.copy(file, `/${path.relative(from, file)}`);
  lib.info(`cache restored: ${found}`);
}
lib.output('cache-hit', found ? String(found === lib.encoded(key)) : '');
lib.state('hit', String(found === lib.encoded(key)));
