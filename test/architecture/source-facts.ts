import ts from 'typescript';

const IMPURE_GLOBALS = new Set(['console', 'process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate']);
const IMPURE_MEMBERS = new Set(['Date.now', 'performance.now', 'Math.random']);

/** Uses of the clock, a timer, chance, the process or the console in a source text, each as `line: what`. */
export function impureUses(source: string): readonly string[] {
  const file = parse(source);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = impurity(node);
    if (what) found.push(`${lineOf(file, node)}: ${what}`);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isTypeNode(node)) return undefined;
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (!ts.isPropertyAccessExpression(node) && !ts.isCallExpression(node)) return undefined;
  const text = node.expression.getText();
  if (ts.isPropertyAccessExpression(node) && IMPURE_MEMBERS.has(`${text}.${node.name.text}`))
    return `${text}.${node.name.text}`;
  return IMPURE_GLOBALS.has(text) ? text : undefined;
}

/** Names that a source text exports without a docstring. A type may lean on the schema of the same name, an overload on the first. */
export function undocumentedExports(source: string): readonly string[] {
  const documented = new Set<string>();
  const exported: string[] = [];
  for (const statement of parse(source).statements) {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) continue;
    const hasDocs = ts.getJSDocCommentsAndTags(statement).length > 0;
    for (const name of namesOf(statement)) {
      exported.push(name);
      if (hasDocs) documented.add(name);
    }
  }
  return [...new Set(exported)].filter((name) => !documented.has(name));
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return [name?.text ?? 'default'];
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}
