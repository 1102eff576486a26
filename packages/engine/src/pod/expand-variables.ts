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
