// Keeps the files under the key, unless it was there already.
'use strict';
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

const folder = path.join(lib.run, 'cache', lib.encoded(lib.input('key')));
if (lib.stated('hit') !== 'true' && !fs.existsSync(folder)) {
  const { files } = lib.search(lib.input('path'), true);
  for (const file of files) lib.copy(file, path.join(folder, file));
  lib.info(`cache saved: ${files.length} files`);
}
