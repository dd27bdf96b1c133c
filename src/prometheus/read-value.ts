import { PrometheusError } from './sample.js';

/**
 * The number of a sample as Prometheus writes it: `1.5e-7`, `NaN`, `+Inf`.
 * @throws PrometheusError for what is no number, which must not pass for NaN: Prometheus does send that.
 */
export function readValue(text: unknown): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  if (Number.isNaN(value) && text !== 'NaN')
    throw new PrometheusError(
      'bad_response',
      `a sample of the value ${JSON.stringify(String(text).slice(0, 40))}`,
    );
  return value;
}
