// What all actions of the shelf share: inputs, outputs, words, globs.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

// The folder of this run: repositories, artifacts, caches.
const run = process.env.LAB_RUN || '/run/workflow';
// Each workflow's run has artifacts of its own.
const artifacts = process.env.LAB_ARTIFACTS || path.join(run, 'artifacts');
const workspace = process.env.GITHUB_WORKSPACE || process.cwd();

function input(name, usual = '') {
  const value = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`];
  return value === undefined || value.trim() === '' ? usual : value.trim();
}

function flag(name, usual) {
  const value = input(name, String(usual)).toLowerCase();
  if (value !== 'true' && value !== 'false') fail(`the input \`${name}\` is true or false, and was given "${value}"`);
  return value === 'true';
}

function escaped(text) {
  return String(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function append(variable, name, value) {
  const file = process.env[variable];
  if (!file) return;
  const end = `end-${crypto.randomUUID()}`;
  fs.appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
}

const output = (name, value) => append('GITHUB_OUTPUT', name, value);
const state = (name, value) => append('GITHUB_STATE', name, value);
const stated = (name) => process.env[`STATE_${name}`] || '';
const info = (text) => console.log(text);
const warning = (text) => console.log(`::warning::${escaped(text)}`);

function fail(text) {
  console.log(`::error::${escaped(text)}`);
  process.exit(1);
}

// Inputs that this action doesn't have are told of: silence would be a trap.
function known(...names) {
  const all = new Set(names.map((name) => `INPUT_${name.toUpperCase()}`));
  for (const [name, value] of Object.entries(process.env)) {
    if (name.startsWith('INPUT_') && !all.has(name) && value) {
      warning(`the input \`${name.slice(6).toLowerCase()}\` has no effect in this lab`);
    }
  }
}

// The regular expression of a glob: `*` and `?` stop at a slash, `**` doesn't.
function pattern(glob) {
  let made = '';
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    if (rest.startsWith('**/')) {
      made += '(?:[^/]+/)*';
      at += 2;
    } else if (rest.startsWith('**')) {
      made += '.*';
      at += 1;
    } else if (glob[at] === '*') {
      made += '[^/]*';
    } else if (glob[at] === '?') {
      made += '[^/]';
    } else if (glob[at] === '[' && rest.includes(']')) {
      const end = rest.indexOf(']');
      made += `[${rest.slice(1, end).replace(/^!/, '^').replace(/\\/g, '\\\\')}]`;
      at += end;
    } else {
      made += glob[at].replace(/[.+^${}()|[\]\\]/g, '\\$&');
    }
  }
  return new RegExp(`^${made}$`);
}

const isGlob = (text) => /[*?[]/.test(text);

// All files below a folder. Links to files are followed, as GitHub's do, but
// not out of the folder given.
function files(folder, hidden, found = []) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!hidden && entry.name.startsWith('.')) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) files(full, hidden, found);
    else if (fs.existsSync(full) && fs.statSync(full).isFile()) found.push(full);
    if (found.length > 20000) fail('more than 20000 files');
  }
  return found;
}

// The files that lines of paths and globs name, and the folder that they are
// relative to.
function search(lines, hidden) {
  const wanted = lines.split('\n').map((line) => line.trim()).filter(Boolean);
  const excluded = wanted.filter((line) => line.startsWith('!')).map((line) => absolute(line.slice(1)));
  const roots = [];
  const found = new Set();
  for (const line of wanted.filter((each) => !each.startsWith('!'))) {
    const full = absolute(line);
    if (!isGlob(full)) {
      roots.push(full);
      if (!fs.existsSync(full)) continue;
      if (fs.statSync(full).isDirectory()) files(full, hidden).forEach((file) => found.add(file));
      else found.add(full);
      continue;
    }
    const parts = full.split('/');
    const root = parts.slice(0, parts.findIndex(isGlob)).join('/') || '/';
    roots.push(root);
    if (!fs.existsSync(root)) continue;
    const matches = pattern(full);
    const folder = pattern(`${full}/**`);
    files(root, hidden).filter((file) => matches.test(file) || folder.test(file)).forEach((file) => found.add(file));
  }
  const kept = [...found].filter((file) => !excluded.some((each) => file === each || file.startsWith(`${each}/`) || (isGlob(each) && pattern(each).test(file))));
  return { files: kept.sort(), root: common(roots, kept) };
}

function absolute(name) {
  const home = name.startsWith('~/') ? path.join(process.env.HOME || '/', name.slice(2)) : name;
  return path.resolve(workspace, home).replace(/\/$/, '') || '/';
}

// With one path named, files are relative to it (a file to its folder); with
// several, to the folder that all share.
function common(roots, kept) {
  if (kept.length === 1 && roots.length === 1 && roots[0] === kept[0]) return path.dirname(kept[0]);
  const folders = roots.map((root) => (kept.includes(root) ? path.dirname(root) : root).split('/'));
  if (folders.length === 0) return workspace;
  let shared = folders[0];
  for (const folder of folders) {
    let same = 0;
    while (same < shared.length && same < folder.length && shared[same] === folder[same]) same += 1;
    shared = shared.slice(0, same);
  }
  return shared.join('/') || '/';
}

// A name as a folder's: what else it holds is written %XX.
function encoded(name) {
  return Buffer.from(name).reduce((made, byte) => {
    const character = String.fromCharCode(byte);
    return made + (/[A-Za-z0-9_-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  }, '');
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

// The digest of a set of files: equal when names and contents are.
function digest(folder) {
  const hash = crypto.createHash('sha256');
  for (const file of files(folder, true).map((each) => path.relative(folder, each)).sort()) {
    const sum = crypto.createHash('sha256').update(fs.readFileSync(path.join(folder, file))).digest('hex');
    hash.update(`${file}\0${sum}\0`);
  }
  return hash.digest('hex');
}

module.exports = {
  run, artifacts, workspace, input, flag, output, state, stated, info, warning, fail, known, pattern, files, search,
  encoded, copy, digest,
};
