import { BaseError } from '@nexqloud/kernel'

/** A name on the command line that is none of the known ones. */
export class UnknownNameError extends BaseError {
  readonly unknown: readonly string[]

  constructor({ noun, unknown, known }: NameMismatch) {
    super(`There is no ${noun} named ${unknown.join(', ')}.`, {
      code: 'CLI_UNKNOWN_NAME',
      kind: 'invalid',
      hint: known.length > 0 ? `Known are: ${known.join(', ')}.` : `There is no ${noun} yet.`,
    })
    this.unknown = unknown
  }
}

type NameMismatch = {
  readonly noun: string
  readonly unknown: readonly string[]
  readonly known: readonly string[]
}

/**
 * Returns the items that `names` name, in their own order; all of them where no name is given.
 *
 * @throws {@link UnknownNameError} where a name is unknown.
 */
export function selectByName<Item extends { readonly name: string }>(
  items: readonly Item[],
  { names, noun }: { readonly names: readonly string[]; readonly noun: string },
): readonly Item[] {
  const known = items.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new UnknownNameError({ noun, unknown, known })
  return names.length === 0 ? items : items.filter(({ name }) => names.includes(name))
}
