// Copies files into a folder of the run, with a note beside it.
'use strict';
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

lib.known('name', 'path', 'if-no-files-found', 'retention-days', 'compression-level', 'overwrite', 'include-hidden-files');
const name = lib.input('name', 'artifact');
const wanted = lib.input('path') || lib.fail('`path` says what to upload, and is missing');
const missing = lib.input('if-no-files-found', 'warn');
if (!['warn', 'error', 'ignore'].includes(missing)) lib.fail(`\`if-no-files-found\` is warn, error or ignore, and was given "${missing}"`);
if (/["<>|*?\r\n\\/:]/.test(name) || name.length > 200) lib.fail(`"${name}" can't be an artifact's name: " : < > | * ? \\ and / aren't allowed`);

const { files, root } = lib.search(wanted, lib.flag('include-hidden-files', false));
if (files.length === 0) {
  const text = `No files were found with the provided path: ${wanted.replace(/\n/g, ', ')}. No artifacts will be uploaded.`;
  if (missing === 'error') lib.fail(text);
  if (missing === 'warn') lib.warning(text);
  process.exit(0);
}
const folder = path.join(lib.artifacts, lib.encoded(name));
const note = `${folder}.json`;
fs.mkdirSync(path.dirname(folder), { recursive: true });
if (lib.flag('overwrite', false)) fs.rmSync(folder, { recursive: true, force: true });
try {
  // Of two jobs at once only one makes the folder.
  fs.mkdirSync(folder);
} catch (error) {
  lib.fail(`an artifact with the name ${name} exists already in this run: give each job's its own name, or set overwrite: true`);
}
for (const file of files) lib.copy(file, path.join(folder, path.relative(root, file)));
const sum = lib.digest(folder);
fs.writeFileSync(note, JSON.stringify({
  name, digest: `sha256:${sum}`, 'uploaded-by': process.env.GITHUB_JOB || '', 'downloaded-by': [],
}));
const id = parseInt(sum.slice(0, 8), 16);
lib.output('artifact-id', id);
lib.output('artifact-digest', sum);
lib.output('artifact-url', `https://github.com/${process.env.GITHUB_REPOSITORY}/actions/runs/${process.env.GITHUB_RUN_ID}/artifacts/${id}`);
lib.info(`artifact ${name}: ${files.length} files, sha256:${sum}`);
