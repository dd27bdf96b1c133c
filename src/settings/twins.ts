/** What a pair `X` and `X_FILE` says, whichever way it was written. */
export interface Twin<T> {
  readonly value?: T;
  readonly conflict?: string;
}

/** Names that come as a pair `X` and `X_FILE`: every `X` of `names` whose `X_FILE` is among them too. */
export function twinNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => names.includes(`${name}_FILE`));
}

/** The one of `name` and `name_FILE` that is set; both set is a conflict, because nobody could tell which one counts. */
export function pickTwin<T>(values: Readonly<Record<string, T | undefined>>, name: string): Twin<T> {
  const inPlace = values[name];
  const inFile = values[`${name}_FILE`];
  if (inPlace !== undefined && inFile !== undefined) {
    return { conflict: `${name} and ${name}_FILE are both set; unset one of them` };
  }
  const value = inPlace ?? inFile;
  return value === undefined ? {} : { value };
}
