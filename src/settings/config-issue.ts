/** A place in a text file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and list places from the top of a document down to a value. */
export type ConfigPath = readonly PropertyKey[];

/** One thing an operator has to correct. Never holds the value of a secret. */
export interface ConfigIssue {
  /** The file as the operator knows it (`rules/iris.yml`), or `environment`. */
  readonly file: string;
  /** Absent for the environment and for files that could not be read. */
  readonly position?: Position;
  /** `groups[0].rules[1].for`, the name of a variable, or empty when the whole file is meant. */
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** A path as people write it: `groups[0].labels["a b"]`. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (!PLAIN_KEY.test(String(key))) text += `[${JSON.stringify(String(key))}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}

/** `rules/iris.yml:12:7`. */
export function formatPlace(file: string, position: Position | undefined): string {
  return position === undefined ? file : `${file}:${position.line}:${position.column}`;
}

/** One line for a terminal: `rules/iris.yml:12:7 groups[0].rules[1].for: expected a duration such as 5m, got "5 mins"`. */
export function formatIssue(issue: ConfigIssue): string {
  const place = formatPlace(issue.file, issue.position);
  return issue.path === '' ? `${place}: ${issue.message}` : `${place} ${issue.path}: ${issue.message}`;
}

const before = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Issues in reading order (environment first, then file, line, column) and without repetitions. */
export function sortIssues<Issue extends ConfigIssue>(issues: readonly Issue[]): readonly Issue[] {
  const unique = new Map(issues.map((issue) => [formatIssue(issue), issue]));
  const rank = (issue: Issue): number => (issue.file === 'environment' ? 0 : 1);
  return [...unique.values()].toSorted(
    (left, right) =>
      rank(left) - rank(right) ||
      before(left.file, right.file) ||
      (left.position?.line ?? 0) - (right.position?.line ?? 0) ||
      (left.position?.column ?? 0) - (right.position?.column ?? 0) ||
      before(left.path, right.path),
  );
}
