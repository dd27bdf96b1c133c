import { textField } from '../answer.js';
import { mappings } from '../pipeline-inputs.js';

/** A field of a force scheduler's form, as its `all_fields` show it. */
export interface FormField {
  /** The name under which a value is sent. */
  readonly name: string;
  /** `text` of a StringParameter, `textarea`, `int`, `bool`, `list`, `fixed` and more. */
  readonly type: string;
  readonly required: boolean;
}

/** The fields of a form, also those inside others: some hold no value of their own, but further fields. */
export function fieldsIn(allFields: unknown): readonly FormField[] {
  return mappings(allFields).flatMap((field) => {
    const name = textField(field['fullName']);
    const own: readonly FormField[] =
      name === undefined
        ? []
        : [{ name, type: textField(field['type']) ?? '', required: field['required'] === true }];
    return [...own, ...fieldsIn(field['fields'])];
  });
}
