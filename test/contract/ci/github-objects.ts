import type { components, operations } from '@octokit/openapi-types';
import { ID } from './setup.js';

/** Objects as GitHub's API gives them, in full: their types are GitHub's own, and so are the schemas that `npm run test:contracts` holds them to. */
type Schemas = components['schemas'];
type RunList = operations['actions/list-workflow-runs']['responses'][200]['content']['application/json'];

const API = 'https://api.github.com/repos/flowers/iris';
const PAGE = 'https://github.com/flowers/iris';
const DAY = '2026-01-08T23:48:37Z';

const USER = 'https://api.github.com/users/flowers';
const owner: Schemas['simple-user'] = {
  login: 'flowers',
  id: 5,
  node_id: 'O_5',
  avatar_url: 'https://avatars.githubusercontent.com/u/5',
  gravatar_id: '',
  url: USER,
  html_url: 'https://github.com/flowers',
  followers_url: `${USER}/followers`,
  following_url: `${USER}/following{/other_user}`,
  gists_url: `${USER}/gists{/gist_id}`,
  starred_url: `${USER}/starred{/owner}{/repo}`,
  subscriptions_url: `${USER}/subscriptions`,
  organizations_url: `${USER}/orgs`,
  repos_url: `${USER}/repos`,
  events_url: `${USER}/events{/privacy}`,
  received_events_url: `${USER}/received_events`,
  type: 'Organization',
  site_admin: false,
};

const minimal: Schemas['minimal-repository'] = {
  archive_url: `${API}/archive`,
  assignees_url: `${API}/assignees`,
  blobs_url: `${API}/blobs`,
  branches_url: `${API}/branches`,
  collaborators_url: `${API}/collaborators`,
  comments_url: `${API}/comments`,
  commits_url: `${API}/commits`,
  compare_url: `${API}/compare`,
  contents_url: `${API}/contents`,
  contributors_url: `${API}/contributors`,
  deployments_url: `${API}/deployments`,
  description: null,
  downloads_url: `${API}/downloads`,
  events_url: `${API}/events`,
  fork: false,
  forks_url: `${API}/forks`,
  full_name: 'flowers/iris',
  git_commits_url: `${API}/git/commits`,
  git_refs_url: `${API}/git/refs`,
  git_tags_url: `${API}/git/tags`,
  hooks_url: `${API}/hooks`,
  html_url: PAGE,
  id: 7,
  node_id: 'R_7',
  issue_comment_url: `${API}/issue/comment`,
  issue_events_url: `${API}/issue/events`,
  issues_url: `${API}/issues`,
  keys_url: `${API}/keys`,
  labels_url: `${API}/labels`,
  languages_url: `${API}/languages`,
  merges_url: `${API}/merges`,
  milestones_url: `${API}/milestones`,
  name: 'iris',
  notifications_url: `${API}/notifications`,
  owner,
  private: true,
  pulls_url: `${API}/pulls`,
  releases_url: `${API}/releases`,
  stargazers_url: `${API}/stargazers`,
  statuses_url: `${API}/statuses`,
  subscribers_url: `${API}/subscribers`,
  subscription_url: `${API}/subscription`,
  tags_url: `${API}/tags`,
  teams_url: `${API}/teams`,
  trees_url: `${API}/trees`,
  url: API,
};

/** A repository. */
export const repository = (more: Partial<Schemas['full-repository']> = {}): Schemas['full-repository'] => ({
  ...(minimal as Pick<Schemas['full-repository'], keyof typeof minimal & keyof Schemas['full-repository']>),
  clone_url: 'https://github.com/flowers/iris.git',
  default_branch: 'main',
  forks: 0,
  forks_count: 0,
  git_url: 'git://github.com/flowers/iris.git',
  has_issues: true,
  has_projects: true,
  has_wiki: true,
  has_pages: true,
  has_discussions: true,
  homepage: null,
  language: null,
  archived: false,
  disabled: false,
  mirror_url: null,
  open_issues: 0,
  open_issues_count: 0,
  license: null,
  pushed_at: DAY,
  size: 0,
  ssh_url: 'git@github.com:flowers/iris.git',
  stargazers_count: 0,
  svn_url: 'https://github.com/flowers/iris',
  watchers: 0,
  watchers_count: 0,
  created_at: DAY,
  updated_at: DAY,
  network_count: 0,
  subscribers_count: 0,
  ...more,
});

/** A run of a workflow, waiting or going on. */
export const workflowRun = (more: Partial<Schemas['workflow-run']> = {}): Schemas['workflow-run'] => ({
  id: 42,
  node_id: 'WFR_42',
  head_branch: 'main',
  head_sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
  path: '.github/workflows/retrain.yml',
  run_number: 9,
  run_attempt: 1,
  event: 'workflow_dispatch',
  display_title: `retrain iris-classifier [${ID}]`,
  status: 'in_progress',
  conclusion: null,
  workflow_id: 161_335,
  url: `${API}/actions/runs/42`,
  html_url: `${PAGE}/actions/runs/42`,
  jobs_url: `${API}/actions/runs/42/jobs`,
  logs_url: `${API}/actions/runs/42/logs`,
  check_suite_url: `${API}/check-suites/3`,
  cancel_url: `${API}/actions/runs/42/cancel`,
  rerun_url: `${API}/actions/runs/42/rerun`,
  artifacts_url: `${API}/actions/runs/42/artifacts`,
  workflow_url: `${API}/actions/workflows/161335`,
  pull_requests: [],
  created_at: '2026-03-10T11:59:00Z',
  updated_at: '2026-03-10T11:59:30Z',
  head_commit: null,
  repository: minimal,
  head_repository: minimal,
  ...more,
});

/** A page of runs. */
export const listOf = (...runs: RunList['workflow_runs']): RunList => ({
  total_count: runs.length,
  workflow_runs: runs,
});

/** The answer to a dispatch that asked for the run. */
export const details: Schemas['workflow-dispatch-response'] = {
  workflow_run_id: 42,
  run_url: `${API}/actions/runs/42`,
  html_url: `${PAGE}/actions/runs/42`,
};

/** A workflow. */
export const workflow = (more: Partial<Schemas['workflow']> = {}): Schemas['workflow'] => ({
  id: 161_335,
  node_id: 'W_1',
  name: 'retrain',
  path: '.github/workflows/retrain.yml',
  state: 'active',
  created_at: '2026-01-08T23:48:37.000Z',
  updated_at: '2026-01-08T23:50:21.000Z',
  url: `${API}/actions/workflows/161335`,
  html_url: `${PAGE}/blob/main/.github/workflows/retrain.yml`,
  badge_url: `${PAGE}/workflows/retrain/badge.svg`,
  ...more,
});

/** A file. */
export const file = (text: string): Schemas['content-file'] => ({
  type: 'file',
  encoding: 'base64',
  size: Buffer.byteLength(text),
  name: 'retrain.yml',
  path: '.github/workflows/retrain.yml',
  content: Buffer.from(text).toString('base64'),
  sha: '3d21ec53a331a6f037a91c368710b99387d012c1',
  url: `${API}/contents/.github/workflows/retrain.yml`,
  git_url: null,
  html_url: null,
  download_url: null,
  _links: { git: null, html: null, self: `${API}/contents/.github/workflows/retrain.yml` },
});

/** GitHub's words for what it refuses. */
export const refusal = (message: string): Schemas['basic-error'] => ({
  message,
  documentation_url: 'https://docs.github.com/rest',
});
