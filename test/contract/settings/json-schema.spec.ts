import { describe, expect, it } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rulesFileJsonSchema } from '../../../src/settings/rules-file-json-schema.js';
import { SECTIONS } from '../../../src/settings/rules-file.schema.js';

const ajv = new Ajv2020.default({ strict: false, allErrors: true, validateFormats: false });
const validate = ajv.compile(rulesFileJsonSchema());
const folder = join(process.cwd(), 'rules');
const broken = (name: string): unknown =>
  parse(readFileSync(join(process.cwd(), 'test/fixtures/config', name), 'utf8'));

describe('the JSON schema of a rules file', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yml')))('accepts rules/%s', (name) => {
    validate(parse(readFileSync(join(folder, name), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('describes every section', () => {
    expect(rulesFileJsonSchema()).toMatchObject({
      properties: Object.fromEntries(
        SECTIONS.map((section) => [section, { description: expect.any(String) }]),
      ),
      additionalProperties: false,
    });
  });

  it('describes what is written, not what becomes of it', () => {
    expect(
      validate({
        groups: [{ name: 'a', interval: '30s', rules: [{ alert: 'A', expr: 'up == 0', for: '5m' }] }],
      }),
    ).toBe(true);
    expect(validate({ global: { slack_api_url: 'https://hooks.example/x' } })).toBe(true);
  });

  it.each([
    'bad-unknown-section.yml',
    'bad-unknown-key-in-group.yml',
    'bad-unknown-key-in-rule.yml',
    'bad-unknown-key-in-kind.yml',
    'bad-unknown-key-in-route.yml',
    'bad-unknown-key-in-policy.yml',
    'bad-type.yml',
    'bad-policy-without-model.yml',
    'bad-receiver-type.yml',
  ])('refuses %s', (name) => {
    expect(validate(broken(name))).toBe(false);
  });
});
