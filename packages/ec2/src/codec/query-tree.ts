import { RequestFormError } from './errors.ts'

/** The parameters of a request by the parts of their names: `Filter.1.Name` is below `Filter` and `1`. */
export type QueryTree = {
  text: string | undefined
  readonly below: Map<string, QueryTree>
}

/** Parts of a name: EC2's deepest have nine. */
const MOST_PARTS = 24
/** EC2 takes 64 KiB of names and values; lists of a thousand ids have a thousand. */
const MOST_PARAMETERS = 10_000

/**
 * Returns the tree of a form's parameters.
 *
 * @throws {@link RequestFormError} where there are too many, a name is too deep, or is there twice.
 */
export function growQueryTree(parameters: Iterable<readonly [string, string]>): QueryTree {
  const root = newTree()
  let count = 0
  for (const [name, text] of parameters) {
    count += 1
    if (count > MOST_PARAMETERS) {
      throw new RequestFormError('MalformedQueryString', `More than ${MOST_PARAMETERS} parameters.`)
    }
    const leaf = descend(root, name)
    if (leaf.text !== undefined) {
      throw new RequestFormError('MalformedQueryString', `The parameter ${name} is there twice.`)
    }
    leaf.text = text
  }
  return root
}

function descend(root: QueryTree, name: string): QueryTree {
  const parts = name.split('.', MOST_PARTS + 1)
  if (parts.length > MOST_PARTS) {
    throw new RequestFormError(
      'UnknownParameter',
      `The parameter ${name.slice(0, 100)} is not recognized`,
    )
  }
  let tree = root
  for (const part of parts) {
    let next = tree.below.get(part)
    if (next === undefined) tree.below.set(part, (next = newTree()))
    tree = next
  }
  return tree
}

const newTree = (): QueryTree => ({ text: undefined, below: new Map() })
