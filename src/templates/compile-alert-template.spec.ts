import { describe, expect, it } from '@jest/globals';
import { compileAlertTemplate } from './compile-alert-template.js';

const data = { labels: { instance: 'web-1' }, value: 0.07812, externalLabels: {}, externalUrl: '' };

describe('compileAlertTemplate', () => {
  it.each([
    ['text stands for itself', 'all well', 'all well'],
    ['a label is filled in', 'on {{ $labels.instance }}', 'on web-1'],
    ['an absent label is empty', '[{{ $labels.job }}]', '[]'],
    ['a value can be made a percentage', '{{ $value | humanizePercentage }}', '7.812%'],
  ])('%s', (_, source, text) => {
    const compiled = compileAlertTemplate(source);
    expect(compiled.ok && compiled.template.render(data)).toBe(text);
  });

  it('says where an action is not closed', () => {
    expect(compileAlertTemplate('one\n{{ $value')).toMatchObject({
      ok: false,
      error: { line: 2, column: 1 },
    });
  });
});
