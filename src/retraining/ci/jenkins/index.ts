import type { CiProvider } from '../ci-provider.js';
import { JenkinsConfig } from './config.js';
import { findJenkins } from './find.js';
import { cancelJenkins, statusJenkins } from './follow.js';
import { preflightJenkins } from './preflight.js';
import { triggerJenkins } from './trigger.js';

/** Jenkins. A pipeline claims with its build's number, which is not the queue item's that the run is known by. */
export const jenkins: CiProvider<'jenkins', JenkinsConfig> = {
  type: 'jenkins',
  summary: 'a parameterized job of Jenkins, followed from its queue item to its build',
  Config: JenkinsConfig,
  idempotency: 'searchable',
  settleMs: 30_000,
  trigger: triggerJenkins,
  find: findJenkins,
  status: statusJenkins,
  cancel: cancelJenkins,
  preflight: preflightJenkins,
};
