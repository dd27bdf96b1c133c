import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { HttpConfig } from '../http-config.js';
import { Ignored, oneSecret, OptionalSecretFile, refused, SecretUrl } from '../secret-twin.js';

const NO_APP = 'app tokens are not supported; write api_url, the address of an incoming webhook';

/** Mentions are ids: names in a message text never become mentions. */
const Mention = z
  .string()
  .regex(
    /^(?:here|channel|[UWS][A-Z0-9]{5,})$/,
    'expected a user id such as U012AB3CD, a group id such as S012AB3CD, here or channel',
  );

/** `slack_configs` of alertmanager.yml, and `mentions`. Fields read without effect are listed in the README. */
export const SlackConfig = z
  .strictObject({
    send_resolved: z.boolean().default(false),
    api_url: SecretUrl.optional(),
    api_url_file: OptionalSecretFile,
    channel: z.string().optional(),
    username: z.string().optional(),
    icon_emoji: z.string().optional(),
    icon_url: z.string().optional(),
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
    title: z.string().optional(),
    title_link: z.string().optional(),
    text: z.string().optional(),
    pretext: z.string().optional(),
    fallback: z.string().optional(),
    message_text: z.string().optional(),
    color: z.string().optional(),
    footer: z.string().optional(),
    fields: Ignored,
    short_fields: Ignored,
    actions: Ignored,
    callback_id: Ignored,
    mrkdwn_in: Ignored,
    image_url: Ignored,
    thumb_url: Ignored,
  })
  .transform(({ api_url, api_url_file, ...rest }, context) => {
    const apiUrl = oneSecret(api_url, api_url_file, 'api_url', context);
    return { ...rest, ...(apiUrl && { api_url: apiUrl }) };
  });
export type SlackConfig = z.infer<typeof SlackConfig>;
