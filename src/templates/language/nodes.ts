/** The syntax tree. Every node has `pos`, the offset that Go's run-time errors point at, in UTF-16 units. */
interface At {
  readonly pos: number;
}

/** Text, copied as it is. */
export interface TextNode extends At {
  readonly kind: 'text';
  readonly text: string;
}

/** `{{ pipeline }}`: printed unless it declares variables. */
export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

/** `if`, `with` and `range`; `otherwise` holds the nested branch of `else if` and `else with` too. */
export interface BranchNode extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly body: ListNode;
  readonly otherwise?: ListNode | undefined;
}

/** `{{ template "name" pipeline }}`, and what remains of a `block` at its place. */
export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe?: PipeNode | undefined;
}

/** break or continue. */
export interface JumpNode extends At {
  readonly kind: 'break' | 'continue';
}

/** What may stand between texts. */
export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;

/** Statements in order. */
export interface ListNode extends At {
  readonly kind: 'list';
  readonly statements: readonly Statement[];
}

/** Commands joined by `|`, the value of each the last argument of the next. `assigns` tells `=` from `:=`. */
export interface PipeNode extends At {
  readonly kind: 'pipe';
  readonly declared: readonly VariableNode[];
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

/** An operand, or a function or method with its arguments. */
export interface CommandNode extends At {
  readonly kind: 'command';
  readonly args: readonly Operand[];
}

/** The dot. */
export interface DotNode extends At {
  readonly kind: 'dot';
}
/** nil. */
export interface NilNode extends At {
  readonly kind: 'nil';
}
/** true or false. */
export interface BoolNode extends At {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** A number constant. `1` is an int, `1.0` a float; `int` is also set for a float without a fraction, for int parameters. */
export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  readonly int?: bigint | undefined;
  readonly float?: number | undefined;
}

/** `quoted` is the text as written, for messages. */
export interface StringNode extends At {
  readonly kind: 'string';
  readonly quoted: string;
  readonly value: string;
}

/** `$x.a.b`: name `$x`, fields a and b. */
export interface VariableNode extends At {
  readonly kind: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
}

/** `.a.b` */
export interface FieldNode extends At {
  readonly kind: 'field';
  readonly fields: readonly string[];
}

/** A function, by name. */
export interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `(pipeline).a.b`, or a function's result: `now.a` */
export interface ChainNode extends At {
  readonly kind: 'chain';
  readonly target: Operand;
  readonly fields: readonly string[];
}

/** What may stand as an argument. */
export type Operand =
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | VariableNode
  | FieldNode
  | IdentifierNode
  | ChainNode
  | PipeNode;

/** Any part of a parsed template. */
export type Node = Statement | ListNode | CommandNode | Operand;

/** A parsed source: its text (positions refer to it), its main template and those it defines, by name. */
export interface ParsedTemplates {
  readonly source: string;
  readonly name: string;
  readonly root: ListNode;
  readonly definitions: ReadonlyMap<string, ListNode>;
  /** Where definitions stand that come from elsewhere than `source`, by their names. */
  readonly origins?: ReadonlyMap<string, { readonly name: string; readonly source: string }>;
}
