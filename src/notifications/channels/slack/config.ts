import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { HttpConfig } from '../http-config.js';
import { oneSecret, OptionalSecretFile, refused, SecretUrl } from '../secret-twin.js';
import { TemplateText } from '../template-fields.js';

const NO_APP = 'app tokens are not supported; write api_url, the address of an incoming webhook';

/** Mentions are ids: names in a message text never become mentions. */
const Mention = z
  .string()
  .regex(
    /^(?:here|channel|[UWS][A-Z0-9]{5,})$/,
    'expected a user id such as U012AB3CD, a group id such as S012AB3CD, here or channel',
  );

/** A text of the operator; each is a template. */
const OwnText = TemplateText.optional();

const Field = z.strictObject({ title: TemplateText, value: TemplateText, short: z.boolean().optional() });

const Action = z.strictObject({
  type: TemplateText,
  text: TemplateText,
  url: OwnText,
  style: OwnText,
  name: OwnText,
  value: OwnText,
  confirm: z
    .strictObject({ text: TemplateText, title: OwnText, ok_text: OwnText, dismiss_text: OwnText })
    .optional(),
});

/** `slack_configs` of alertmanager.yml, and `mentions`. */
export const SlackConfig = z
  .strictObject({
    send_resolved: z.boolean().default(false),
    send_late: z.boolean().default(true),
    api_url: SecretUrl.optional(),
    api_url_file: OptionalSecretFile,
    channel: OwnText,
    username: OwnText,
    icon_emoji: OwnText,
    icon_url: OwnText,
    mentions: z.array(Mention).default([]),
    timeout: Duration.optional(),
    http_config: HttpConfig.optional(),
    app_token: refused(NO_APP),
    app_token_file: refused(NO_APP),
    app_url: refused(NO_APP),
    update_message: z
      .literal(false, { error: 'update_message needs an app token, which is not supported; leave it out' })
      .optional(),
    link_names: z
      .literal(false, { error: 'link_names is not supported; write mentions: [U012AB3CD]' })
      .optional(),
    title: OwnText,
    title_link: OwnText,
    text: OwnText,
    pretext: OwnText,
    fallback: OwnText,
    message_text: OwnText,
    color: OwnText,
    footer: OwnText,
    fields: z.array(Field).optional(),
    short_fields: z.boolean().default(false),
    actions: z.array(Action).optional(),
    callback_id: OwnText,
    mrkdwn_in: z.array(z.string()).optional(),
    image_url: OwnText,
    thumb_url: OwnText,
  })
  .transform(({ api_url, api_url_file, ...rest }, context) => {
    const apiUrl = oneSecret(api_url, api_url_file, 'api_url', context);
    return { ...rest, ...(apiUrl && { api_url: apiUrl }) };
  });
export type SlackConfig = z.infer<typeof SlackConfig>;
