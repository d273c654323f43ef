// Copies an artifact's files out of the run's folder, after a look at its digest.
'use strict';
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

lib.known('name', 'path', 'pattern', 'merge-multiple', 'digest-mismatch', 'github-token', 'repository', 'run-id', 'artifact-ids');
for (const each of ['github-token', 'run-id', 'artifact-ids']) {
  if (lib.input(each)) lib.fail(`\`${each}\` isn't offered in this lab: only artifacts of the same run are there, by name`);
}
const store = lib.artifacts;
const notes = fs.existsSync(store)
  ? fs.readdirSync(store).filter((file) => file.endsWith('.json')).map((file) => ({ file: path.join(store, file), ...JSON.parse(fs.readFileSync(path.join(store, file), 'utf8')) }))
  : [];
const name = lib.input('name');
const glob = lib.input('pattern');
const target = path.resolve(lib.workspace, lib.input('path', '.').replace(/^~(?=\/|$)/, process.env.HOME || '~'));
const wanted = name ? notes.filter((note) => note.name === name) : notes.filter((note) => !glob || lib.pattern(glob).test(note.name));
if (name && wanted.length === 0) {
  const there = notes.map((note) => note.name).join(', ') || 'none';
  lib.fail(`Unable to download artifact(s): Artifact not found for name: ${name}. Artifacts of this run until now: ${there}. Is its job in \`needs\`?`);
}
const apart = !name && !lib.flag('merge-multiple', false);
for (const note of wanted) {
  const from = note.file.slice(0, -'.json'.length);
  if (`sha256:${lib.digest(from)}` !== note.digest) lib.fail(`the artifact ${note.name} isn't what was uploaded: its digest differs`);
  const to = apart ? path.join(target, note.name) : target;
  fs.mkdirSync(to, { recursive: true });
  for (const file of lib.files(from, true)) lib.copy(file, path.join(to, path.relative(from, file)));
  note['downloaded-by'].push(process.env.GITHUB_JOB || '');
  const { file, ...kept } = note;
  fs.writeFileSync(file, JSON.stringify(kept));
  lib.info(`artifact ${note.name}: ${note.digest}`);
}
lib.output('download-path', target);
