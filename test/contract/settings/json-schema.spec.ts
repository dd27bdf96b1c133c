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

/** The paths of keys without a description, wherever a schema spells keys out. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((item) => undescribed(item, path));
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) => {
    if (name !== 'properties') return undescribed(value, `${path}/${name}`);
    return Object.entries(value as Record<string, { description?: string }>).flatMap(([key, property]) => [
      ...(property.description ? [] : [`${path}/${key}`]),
      ...undescribed(property, `${path}/${key}`),
    ]);
  });
}

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

  it('describes every key', () => {
    expect(undescribed(rulesFileJsonSchema(), '')).toEqual([]);
  });

  it('is the file beside the rules, written by npm run schema', () => {
    const written: unknown = JSON.parse(readFileSync(join(folder, 'retune.schema.json'), 'utf8'));
    expect(written).toEqual(rulesFileJsonSchema());
  });

  it.each(readdirSync(folder).filter((name) => name.endsWith('.yml')))('is named by rules/%s', (name) => {
    const [first] = readFileSync(join(folder, name), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=retune.schema.json');
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
