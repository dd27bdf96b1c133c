import type { MessageTemplates, TemplateFileError } from '../templates/message-templates.js';
import { templatesCalledBy } from '../templates/message-templates.js';
import { undefinedTemplate } from '../templates/called-templates.js';
import type { ConfigIssue, ConfigPath } from './config-issue.js';
import { noticeAt, type ConfigNotice } from './notice.js';
import { issueInside } from './read-yaml.js';
import type { YamlSource } from './yaml-source.js';

/** Errors of template files as an operator is told them. */
export function templateFileIssues(errors: readonly TemplateFileError[]): readonly ConfigIssue[] {
  return errors.map(({ file, line, column, message }) => ({
    file,
    position: { line, column },
    path: '',
    message,
  }));
}

/** Lists of targets whose texts are templates; addresses of webhooks are secrets, and looked at as well as told by place alone. */
const TARGETS = ['slack_configs', 'email_configs', 'pagerduty_configs', 'webhook_configs'];

/** Templates that texts of receivers call, and that nobody defines. */
export function undefinedTemplates(
  sources: readonly YamlSource[],
  { names }: Pick<MessageTemplates, 'names'>,
): readonly ConfigIssue[] {
  return sources.flatMap((source) => {
    const receivers = (source.value as { receivers?: unknown } | undefined)?.receivers;
    if (!Array.isArray(receivers)) return [];
    return receivers.flatMap((receiver: unknown, index) =>
      TARGETS.flatMap((key) =>
        textsOf((receiver as Record<string, unknown> | null)?.[key], ['receivers', index, key]),
      ).flatMap(({ path, text }) =>
        templatesCalledBy(text)
          .filter(({ name }) => !names.has(name))
          .map(({ name, line, column }) =>
            issueInside(source, path, line, column, undefinedTemplate(name, names)),
          ),
      ),
    );
  });
}

interface PlacedText {
  readonly path: ConfigPath;
  readonly text: string;
}

/** Every text below a node, and where it stands. */
function textsOf(node: unknown, path: ConfigPath): readonly PlacedText[] {
  if (typeof node === 'string') return [{ path, text: node }];
  if (Array.isArray(node)) return node.flatMap((item, index) => textsOf(item, [...path, index]));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => textsOf(value, [...path, key]));
}

/** Fields of mails that are read without effect though they look as if they had one. */
export function fieldsWithoutEffect(sources: readonly YamlSource[]): readonly ConfigNotice[] {
  return sources.flatMap((source) => {
    const receivers = (source.value as { receivers?: unknown } | undefined)?.receivers;
    return textsOf(receivers, ['receivers'])
      .filter(
        ({ path }) =>
          path[2] === 'email_configs' && path[4] === 'headers' && /^(from|to)$/i.test(String(path[5])),
      )
      .map(({ path }) =>
        noticeAt(
          'no-effect',
          source,
          path,
          `read without effect: write ${String(path[5]).toLowerCase()} of the target itself`,
        ),
      );
  });
}
