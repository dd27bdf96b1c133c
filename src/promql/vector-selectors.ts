import { parser } from '@prometheus-io/lezer-promql';

/** The selectors of an expression as written, each once: `up`, `foo{job="api"}`; without ranges, offsets and `@`. */
export function vectorSelectors(text: string): readonly string[] {
  const found = new Set<string>();
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'VectorSelector') found.add(text.slice(from, to));
    },
  });
  return [...found];
}
