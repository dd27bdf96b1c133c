import { airflow } from './airflow/index.js';
import { argoWorkflows } from './argo-workflows/index.js';
import { buildbot } from './buildbot/index.js';
import { buildkite } from './buildkite/index.js';
import { github } from './github/index.js';
import { gitlab } from './gitlab/index.js';
import { jenkins } from './jenkins/index.js';
import { kubernetesJob } from './kubernetes-job/index.js';
import { webhook } from './webhook/index.js';

/** Every CI system that a target may name. A new one is a folder and a line here. */
export const ciProviders = [
  airflow,
  argoWorkflows,
  buildbot,
  buildkite,
  github,
  gitlab,
  jenkins,
  kubernetesJob,
  webhook,
] as const;
