import type { MatcherMode } from '../alerts/matcher-parse.js';

/** Label names of the classic data model. */
export const CLASSIC_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a text may name a label: in classic mode the old alphabet only, otherwise any text that is not empty. */
export function isLabelName(text: string, mode: MatcherMode): boolean {
  return mode === 'classic' ? CLASSIC_LABEL_NAME.test(text) : text !== '';
}
