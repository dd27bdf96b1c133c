/** Secrets by file name. */
export const SECRETS: Readonly<Record<string, (of: (name: string) => string) => string>>;
/** Writes what is missing into `folder`; returns the names of the files it wrote. */
export function makeSecrets(folder: string): readonly string[];
