import { describe, expect, it } from '@jest/globals';
import { readWorkflow } from './workflow.js';

describe('readWorkflow', () => {
  const dispatch = (inputs: string): string => `on: { workflow_dispatch: { inputs: ${inputs} } }`;
  it.each<[string, string, ReturnType<typeof readWorkflow>]>([
    ['one trigger as a word', 'on: workflow_dispatch', { inputs: [], runName: '' }],
    ['triggers in a list', 'on: [push, workflow_dispatch]', { inputs: [], runName: '' }],
    ['a trigger without inputs', 'on: { workflow_dispatch: }', { inputs: [], runName: '' }],
    ['other triggers only', 'on: [push]', { inputs: undefined, runName: '' }],
    [
      'other triggers with settings',
      'on: { push: { branches: [main] } }',
      { inputs: undefined, runName: '' },
    ],
    ['a run-name', 'run-name: a ${{ x }}\non: push', { inputs: undefined, runName: 'a ${{ x }}' }],
    [
      'required inputs, of which a default fills one',
      dispatch('{ a: { required: true }, b: { required: true, default: x }, c: { type: string }, d: }'),
      {
        runName: '',
        inputs: [
          { name: 'a', required: true },
          { name: 'b', required: false },
          { name: 'c', required: false },
          { name: 'd', required: false },
        ],
      },
    ],
    ['a file without triggers', 'jobs: {}', undefined],
    ['a list', '- on', undefined],
    ['nothing', '', undefined],
    ['no YAML', 'on: [', undefined],
  ])('reads %s', (_what, text, expected) => expect(readWorkflow(text)).toEqual(expected));
});
