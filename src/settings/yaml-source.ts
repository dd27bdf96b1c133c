import { type ErrorCode, isAlias, isScalar, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import type { ConfigIssue, ConfigPath, Position } from './config-issue.js';
import { childOf, keyNodeOf, offsetInside, yamlFaults } from './yaml-nodes.js';

/** A parsed YAML file that still knows where everything stands. */
export interface YamlSource {
  /** The file as the operator knows it. */
  readonly file: string;
  /** The first document as plain data; undefined when it is empty. */
  readonly value: unknown;
  /** Where the value at `path` begins; for a path that does not exist, the nearest map or list around it. */
  positionOf(path: ConfigPath): Position;
  /** Where the last key of `path` is written. */
  keyPositionOf(path: ConfigPath): Position;
  /** A place inside the text at `path`, both counted from 1; undefined where the text is not written as it reads. */
  positionInside(path: ConfigPath, line: number, column: number): Position | undefined;
  /** A scalar as it is written without quotes (`1.10`, `yes`); undefined for anything else. */
  plainTextAt(path: ConfigPath): string | undefined;
}

/** What reading a YAML text gave. `source` is absent when the text cannot be trusted to mean anything. */
export interface ParsedYaml {
  readonly source?: YamlSource;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/** What most often lies behind an error of the parser. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: '; use spaces',
  BAD_INDENT: '; check the indentation of this line and the one before',
  MISSING_CHAR: '; check the indentation and the quotes of this line',
  BLOCK_AS_IMPLICIT_KEY: '; a text with a colon in it needs quotes',
};

/** Parses the first document of a YAML 1.2 text (anchors, aliases and merge keys included). */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'error',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const issue = (offset: number, message: string): ConfigIssue => ({
    file,
    position: at(offset),
    path: '',
    message,
  });

  const warnings: ConfigIssue[] = [];
  const issues: ConfigIssue[] = [];
  let readable = true;
  for (const error of document.errors) {
    const [start, end] = error.pos;
    if (error.code === 'MULTIPLE_DOCS') {
      warnings.push(issue(start, 'only the first document of a file is read; what follows --- is ignored'));
    } else if (error.code === 'DUPLICATE_KEY') {
      const key = /^[^\s:]+/.exec(text.slice(start, Math.max(end, start + 80)))?.[0] ?? '';
      issues.push(issue(start, `the key ${key} is written twice in one map; keep one of them`));
    } else {
      readable = false;
      issues.push(issue(start, `not valid YAML: ${error.message}${HINTS[error.code] ?? ''}`));
    }
  }
  for (const warning of document.warnings)
    issues.push(issue(warning.pos[0], `unknown YAML tag: ${warning.message}`));
  for (const fault of yamlFaults(document)) {
    readable = false;
    issues.push(issue(fault.offset, fault.message));
  }
  if (!readable) return { issues, warnings };

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? undefined;
  } catch (error) {
    // The parser guards against maps that unfold without end; anything else would be a bug.
    if (!(error instanceof ReferenceError)) throw error;
    return { issues: [...issues, issue(0, `too many aliases: ${error.message}`)], warnings };
  }

  const nodeAt = (path: ConfigPath): Node | undefined =>
    path.reduce<Node | undefined>(
      (node, key) => childOf(document, node, key),
      document.contents ?? undefined,
    );
  const scalarAt = (path: ConfigPath): Scalar | undefined => {
    const node = nodeAt(path);
    const target = isAlias(node) ? node.resolve(document) : node;
    return isScalar(target) ? target : undefined;
  };
  const startOf = (node: Node | undefined): Position | undefined =>
    node?.range ? at(node.range[0]) : undefined;
  const positionOf = (path: ConfigPath): Position => {
    for (let length = path.length; length > 0; length -= 1) {
      const found = startOf(nodeAt(path.slice(0, length)));
      if (found) return found;
    }
    return startOf(document.contents ?? undefined) ?? { line: 1, column: 1 };
  };
  const source: YamlSource = {
    file,
    value,
    positionOf,
    keyPositionOf: (path) => {
      const key = path.at(-1);
      const node = key === undefined ? undefined : keyNodeOf(document, nodeAt(path.slice(0, -1)), key);
      return startOf(node) ?? positionOf(path);
    },
    positionInside: (path, line, column) => {
      const scalar = scalarAt(path);
      const offset = scalar && offsetInside(text, scalar, line, column);
      return offset === undefined ? undefined : at(offset);
    },
    plainTextAt: (path) => {
      const scalar = scalarAt(path);
      return scalar?.type === 'PLAIN' ? scalar.source : undefined;
    },
  };
  return { source, issues, warnings };
}
