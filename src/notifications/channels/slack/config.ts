import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { HttpConfig } from '../http-config.js';
import { Ignored, isTemplate, oneSecret, OptionalSecretFile, refused, SecretUrl } from '../secret-twin.js';

const NO_APP = 'app tokens are not supported; write api_url, the address of an incoming webhook';

/** Mentions are ids: names in a message text never become mentions. */
const Mention = z
  .string()
  .regex(
    /^(?:here|channel|[UWS][A-Z0-9]{5,})$/,
    'expected a user id such as U012AB3CD, a group id such as S012AB3CD, here or channel',
  );

/** A channel that a template picks would be lost, and the message with it. */
const ChannelName = z
  .string()
  .refine(
    (text) => !isTemplate(text),
    'templates are not supported in channel; write one receiver per channel',
  );

/** Read without effect, since the message is ours; but people it would call must not be left out silently. */
const OwnText = z
  .string()
  .refine(
    (text) => !/<[!@]/.test(text),
    'a mention inside a text is not honoured; write it as mentions: [here], with ids such as U012AB3CD or S012AB3CD',
  )
  .optional();

/** `slack_configs` of alertmanager.yml, and `mentions`. Fields read without effect are listed in the README. */
export const SlackConfig = z
  .strictObject({
    send_resolved: z.boolean().default(false),
    send_late: z.boolean().default(true),
    api_url: SecretUrl.optional(),
    api_url_file: OptionalSecretFile,
    channel: ChannelName.optional(),
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
    title: OwnText,
    title_link: Ignored,
    text: OwnText,
    pretext: OwnText,
    fallback: OwnText,
    message_text: OwnText,
    color: Ignored,
    footer: OwnText,
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
