import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { SecretText } from '../../../schema/secret.js';
import { HttpConfig } from '../http-config.js';
import { TemplateText, TemplateTree } from '../template-fields.js';
import { HttpUrl, oneSecret, OptionalSecretFile, refused } from '../secret-twin.js';

const NO_V1 =
  'the first version of the events API is not supported; write routing_key of an "Events API v2" integration';

/** `pagerduty_configs` of alertmanager.yml, for the Events API v2. Texts are templates. */
export const PagerdutyConfig = z
  .strictObject({
    send_resolved: z.boolean().default(true),
    routing_key: SecretText.optional(),
    routing_key_file: OptionalSecretFile,
    service_key: refused(NO_V1),
    service_key_file: refused(NO_V1),
    url: HttpUrl.optional(),
    client: TemplateText.optional(),
    client_url: TemplateText.optional(),
    description: TemplateText.optional(),
    severity: TemplateText.optional(),
    source: TemplateText.optional(),
    component: TemplateText.optional(),
    group: TemplateText.optional(),
    class: TemplateText.optional(),
    details: z.record(z.string(), TemplateTree).optional(),
    images: z
      .array(
        z.strictObject({ src: TemplateText, href: TemplateText.optional(), alt: TemplateText.optional() }),
      )
      .optional(),
    links: z.array(z.strictObject({ href: TemplateText, text: TemplateText.optional() })).optional(),
    timeout: Duration.optional(),
    http_config: HttpConfig.optional(),
  })
  .transform(({ routing_key, routing_key_file, ...rest }, context) => {
    const key = oneSecret(routing_key, routing_key_file, 'routing_key', context);
    return { ...rest, ...(key && { routing_key: key }) };
  });
export type PagerdutyConfig = z.infer<typeof PagerdutyConfig>;
