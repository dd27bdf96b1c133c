import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { SecretText } from '../../../schema/secret.js';
import { HttpConfig } from '../http-config.js';
import { HttpUrl, Ignored, oneSecret, OptionalSecretFile, refused } from '../secret-twin.js';

const NO_V1 =
  'the first version of the events API is not supported; write routing_key of an "Events API v2" integration';

/** `pagerduty_configs` of alertmanager.yml, for the Events API v2. Fields read without effect are listed in the README. */
export const PagerdutyConfig = z
  .strictObject({
    send_resolved: z.boolean().default(true),
    routing_key: SecretText.optional(),
    routing_key_file: OptionalSecretFile,
    service_key: refused(NO_V1),
    service_key_file: refused(NO_V1),
    url: HttpUrl.optional(),
    client: z.string().optional(),
    client_url: z.string().optional(),
    description: z.string().optional(),
    severity: z.string().optional(),
    source: z.string().optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    details: Ignored,
    images: Ignored,
    links: Ignored,
    timeout: Duration.optional(),
    http_config: HttpConfig.optional(),
  })
  .transform(({ routing_key, routing_key_file, ...rest }, context) => {
    const key = oneSecret(routing_key, routing_key_file, 'routing_key', context);
    return { ...rest, ...(key && { routing_key: key }) };
  });
export type PagerdutyConfig = z.infer<typeof PagerdutyConfig>;
