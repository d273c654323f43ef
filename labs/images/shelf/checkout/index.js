// Fetches from the run's own repository: commits only, never the folder itself.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const lib = require(`${process.env.LAB_SHELF || '/shelf'}/lib.js`);

lib.known(
  'repository', 'ref', 'path', 'fetch-depth', 'fetch-tags', 'clean', 'token', 'persist-credentials', 'submodules', 'lfs',
  'set-safe-directory', 'show-progress',
);
const repository = lib.input('repository', process.env.GITHUB_REPOSITORY);
const origin = path.join(lib.run, 'repositories', `${repository}.git`);
if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !fs.existsSync(origin)) {
  lib.fail(`there is no repository ${repository} here; there is ${process.env.GITHUB_REPOSITORY}`);
}
for (const name of ['submodules', 'lfs']) {
  if (lib.input(name, 'false') !== 'false') lib.fail(`\`${name}\` isn't offered in this lab`);
}
const target = path.resolve(lib.workspace, lib.input('path', '.'));
if (target !== lib.workspace && !target.startsWith(`${lib.workspace}/`)) lib.fail('`path` leads out of the workspace');

const own = repository === process.env.GITHUB_REPOSITORY;
const asked = lib.input('ref');
const ref = asked || (own ? process.env.GITHUB_SHA : 'refs/heads/main');
const depth = Number(lib.input('fetch-depth', '1'));
if (!Number.isInteger(depth) || depth < 0) lib.fail('`fetch-depth` is a number; 0 means all commits');

function git(...words) {
  try {
    return execFileSync('git', ['-C', target, ...words], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();
  } catch (error) {
    const said = String(error.stderr || error.message).trim();
    if (/couldn't find remote ref|not our ref|no such remote ref/i.test(said)) return lib.fail(`there is no ref ${ref} in ${repository}`);
    return lib.fail(`git ${words[0]}: ${said}`);
  }
}

fs.mkdirSync(target, { recursive: true });
if (lib.flag('clean', true)) {
  for (const name of fs.readdirSync(target)) fs.rmSync(path.join(target, name), { recursive: true, force: true });
}
git('init', '--quiet', '--template=', '-b', 'main');
fs.writeFileSync(
  path.join(target, '.git', 'config'),
  `${fs.readFileSync(path.join(target, '.git', 'config'), 'utf8')}[remote "origin"]\n\turl = file://${origin}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[advice]\n\tdetachedHead = false\n`,
);

// Which full name the ref has, and so which local name it gets.
function resolved() {
  if (/^[0-9a-f]{40}$/.test(ref)) return { from: ref };
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const listed = git('ls-remote', 'origin', ...names).split('\n').filter(Boolean).map((line) => line.split('\t')[1]);
  const from = names.find((name) => listed.includes(name));
  return from ? { from } : lib.fail(`there is no ref ${ref} in ${repository}`);
}

const { from } = resolved();
const options = depth === 0 ? [] : [`--depth=${depth}`];
const refs = [from];
if (depth === 0) refs.push('+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*');
else if (lib.flag('fetch-tags', false)) refs.push('+refs/tags/*:refs/tags/*');
git('fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...options, 'origin', ...refs);
const commit = /^[0-9a-f]{40}$/.test(from) ? from : git('rev-parse', 'FETCH_HEAD');
// The event's own branch is checked out as a branch, as on GitHub.
const name = from.startsWith('refs/heads/') ? from : !asked && own ? process.env.GITHUB_REF || '' : '';
if (name.startsWith('refs/heads/')) {
  const branch = name.slice('refs/heads/'.length);
  git('checkout', '--quiet', '--force', '-B', branch, commit);
  git('update-ref', `refs/remotes/origin/${branch}`, commit);
} else {
  git('checkout', '--quiet', '--force', '--detach', commit);
}
lib.output('ref', asked || process.env.GITHUB_REF || '');
lib.output('commit', commit);
lib.info(`${repository} ${ref} is ${commit}`);
