import { quoteText } from '../fmt/quote.js';
import type { BranchNode, Node, PipeNode } from './nodes.js';

/** The node in Go's normal form, as run-time errors quote it: `<gt $value 1>`. */
export function printNode(node: Node): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${printPipe(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return printBranch(node);
    case 'template':
      return `{{template ${quoteText(node.name)}${node.pipe ? ` ${printPipe(node.pipe)}` : ''}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'list':
      return node.statements.map(printNode).join('');
    case 'pipe':
      return printPipe(node);
    case 'command':
      return node.args.map(printOperand).join(' ');
    default:
      return printOperand(node);
  }
}

function printBranch(node: BranchNode): string {
  const otherwise = node.otherwise ? `{{else}}${printNode(node.otherwise)}` : '';
  return `{{${node.kind} ${printPipe(node.pipe)}}}${printNode(node.body)}${otherwise}{{end}}`;
}

function printPipe(pipe: PipeNode): string {
  const names = pipe.declared.map(printNode).join(', ');
  const commands = pipe.commands.map(printNode).join(' | ');
  return names === '' ? commands : `${names} := ${commands}`;
}

function printOperand(node: Node): string {
  switch (node.kind) {
    case 'pipe':
      return `(${printPipe(node)})`;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'identifier':
      return node.name;
    case 'variable':
      return [node.name, ...node.fields].join('.');
    case 'field':
      return `.${node.fields.join('.')}`;
    case 'chain':
      return [printOperand(node.target), ...node.fields].join('.');
    default:
      return printNode(node);
  }
}
