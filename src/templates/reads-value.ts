import type { ListNode, Node, ParsedTemplates } from './language/nodes.js';

/**
 * Whether an alert template reads the alert's value: as `$value`, as `.Value` where `.` is or may be the alert, as
 * `$.Value`, or by printing all of `.` or `$`. `.Value` of a sample inside `range query …` does not count.
 */
export function readsValue(templates: ParsedTemplates, root: ListNode): boolean {
  if (reads(root, true)) return true;
  // A defined template may be handed the alert; whether it is, shows only when it runs.
  return [...templates.definitions].some(([name, list]) => name !== templates.name && reads(list, true));
}

/** `isAlert`: `.` is the alert at this place. */
function reads(node: Node, isAlert: boolean): boolean {
  switch (node.kind) {
    case 'list':
      return node.statements.some((statement) => reads(statement, isAlert));
    case 'action':
      return reads(node.pipe, isAlert);
    case 'if':
      return (
        reads(node.pipe, isAlert) || reads(node.body, isAlert) || otherwiseReads(node.otherwise, isAlert)
      );
    case 'with':
    case 'range': {
      const handsOn = isAlertItself(node.pipe);
      const pipe = !handsOn && reads(node.pipe, isAlert);
      return pipe || reads(node.body, handsOn && isAlert) || otherwiseReads(node.otherwise, isAlert);
    }
    case 'template':
      return node.pipe !== undefined && !isAlertItself(node.pipe) && reads(node.pipe, isAlert);
    case 'pipe':
      return node.commands.some((command) => reads(command, isAlert));
    case 'command':
      return node.args.some((arg) => reads(arg, isAlert));
    case 'dot':
      return isAlert;
    case 'field':
      return isAlert && node.fields[0] === 'Value';
    case 'variable':
      if (node.name === '$') return (node.fields[0] ?? 'Value') === 'Value';
      return node.name === '$value';
    case 'chain':
      if (node.target.kind === 'pipe' && isAlertItself(node.target))
        return isAlert && node.fields[0] === 'Value';
      return reads(node.target, isAlert);
    default:
      return false;
  }
}

function otherwiseReads(list: ListNode | undefined, isAlert: boolean): boolean {
  return list !== undefined && reads(list, isAlert);
}

/** The pipeline is `.` or `$` alone. */
function isAlertItself(pipe: Node): boolean {
  if (pipe.kind !== 'pipe' || pipe.commands.length !== 1) return false;
  const [first, ...more] = pipe.commands[0]?.args ?? [];
  return (
    more.length === 0 &&
    (first?.kind === 'dot' || (first?.kind === 'variable' && first.name === '$' && first.fields.length === 0))
  );
}
