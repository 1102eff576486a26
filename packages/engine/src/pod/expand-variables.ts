/** A reference, `$$` that stands for a dollar, or a dollar that stands for itself. */
const REFERENCE = /\$(?:\$|\(([^()]*)\))/g

/**
 * Returns a text with each `$(NAME)` replaced by its variable, as Kubernetes does in commands, arguments and variables:
 * what is not known stays as it is, and `$$(NAME)` means `$(NAME)`.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(REFERENCE, (found, name?: string) =>
    name === undefined ? '$' : (variables.get(name) ?? found),
  )
}

/** Returns how long {@link expandVariables} would make a text, from the lengths of the variables alone. */
export function expandedLength(text: string, lengths: ReadonlyMap<string, number>): number {
  let length = text.length
  for (const { 0: reference, 1: name } of text.matchAll(REFERENCE)) {
    if (name === undefined) length -= 1
    else length += (lengths.get(name) ?? reference.length) - reference.length
  }
  return length
}
