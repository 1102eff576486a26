import type {
  Element,
  ListShape,
  MapShape,
  Member,
  Shape,
  StructureShape,
  Value,
} from '../model/shape.ts'
import { RequestFormError } from './errors.ts'
import { parseScalar } from './parse-scalar.ts'
import type { QueryTree } from './query-tree.ts'

/** Which of AWS's two protocols of forms: `ec2` is EC2's own, `query` that of STS, IAM and others. */
export type QueryDialect = 'ec2' | 'query'

/** A structure's value. */
export type Fields = { readonly [member: string]: Value | undefined }

/** Numbers of a list need not be without gaps, but below this. */
const MOST_INDEX = 100_000

/**
 * Returns what a form asks, by the shape of its action's input.
 *
 * @throws {@link RequestFormError} for a parameter that is missing, that the shape does not know, or whose text is no value of its type.
 */
export function readQuery(shape: StructureShape, tree: QueryTree, dialect: QueryDialect): Fields {
  return new Reading(dialect).structure(shape, tree, '')
}

class Reading {
  readonly #dialect: QueryDialect

  constructor(dialect: QueryDialect) {
    this.#dialect = dialect
  }

  structure({ members }: StructureShape, tree: QueryTree, path: string): Fields {
    const fields: Record<string, Value> = {}
    let known = 0
    for (const member of members) {
      const name = this.#nameOf(member)
      const below = tree.below.get(name)
      if (below === undefined) {
        if (member.isRequired && !isList(member.shape)) throw missing(`${path}${name}`)
        continue
      }
      known += 1
      fields[member.name] = this.#value(member, below, `${path}${name}`)
    }
    if (known < tree.below.size) throw unknown(path, this.#strangerIn(members, tree))
    return fields
  }

  #value(element: Element, tree: QueryTree, path: string): Value {
    const { shape } = element
    if (shape.type === 'structure') return this.structure(shape, bare(tree, path), `${path}.`)
    if (shape.type === 'list')
      return this.#list(shape, element, { tree: bare(tree, path, true), path })
    if (shape.type === 'map') return this.#map(shape, element, { tree: bare(tree, path), path })
    if (tree.below.size > 0) throw unknown(`${path}.`, [...tree.below.keys()][0] ?? '')
    const text = tree.text ?? ''
    const value = parseScalar(shape, text, element.traits)
    if (value !== undefined) return value
    throw new RequestFormError(
      'InvalidParameterValue',
      `Value (${text.slice(0, 100)}) for parameter ${path} is invalid. It is no ${shape.type}.`,
    )
  }

  #list({ element }: ListShape, { traits }: Element, { tree, path }: Place): readonly Value[] {
    // An empty list is written as an empty text.
    if (tree.below.size === 0) return []
    const isFlat = this.#dialect === 'ec2' || traits.xmlFlattened === true
    const wrapper = element.traits.xmlName ?? 'member'
    const rows = isFlat ? tree : only(tree, wrapper, path)
    const prefix = isFlat ? path : `${path}.${wrapper}`
    return numbered(rows, prefix).map(([number, each]) =>
      this.#value(element, each, `${prefix}.${number}`),
    )
  }

  #map({ key, value }: MapShape, { traits }: Element, { tree, path }: Place): Fields {
    const isFlat = this.#dialect === 'ec2' || traits.xmlFlattened === true
    const rows = isFlat ? tree : only(tree, 'entry', path)
    const prefix = isFlat ? path : `${path}.entry`
    const fields: Record<string, Value> = {}
    const [keyName, valueName] = [key.traits.xmlName ?? 'key', value.traits.xmlName ?? 'value']
    for (const [number, each] of numbered(rows, prefix)) {
      const name = each.below.get(keyName)?.text
      if (name === undefined) throw missing(`${prefix}.${number}.${keyName}`)
      const found = each.below.get(valueName)
      if (found === undefined) throw missing(`${prefix}.${number}.${valueName}`)
      if (each.below.size > 2) throw unknown(`${prefix}.${number}.`, '')
      Object.defineProperty(fields, name, {
        value: this.#value(value, found, `${prefix}.${number}.${valueName}`),
        enumerable: true,
      })
    }
    return fields
  }

  #strangerIn(members: readonly Member[], tree: QueryTree): string {
    const names = new Set(members.map((member) => this.#nameOf(member)))
    return [...tree.below.keys()].find((name) => !names.has(name)) ?? ''
  }

  #nameOf({ name, traits }: Member): string {
    const { ec2QueryName, xmlName = name } = traits
    if (this.#dialect === 'query') return xmlName
    return ec2QueryName ?? `${xmlName.charAt(0).toUpperCase()}${xmlName.slice(1)}`
  }
}

type Place = { readonly tree: QueryTree; readonly path: string }

const isList = ({ type }: Shape): boolean => type === 'list' || type === 'map'

/** What has parts has no text of its own; a list that is empty may. */
function bare(tree: QueryTree, path: string, mayBeEmpty = false): QueryTree {
  const isEmpty = tree.text === '' && tree.below.size === 0
  if (tree.text === undefined || (mayBeEmpty && isEmpty) || isEmpty) return tree
  throw new RequestFormError(
    'InvalidParameterValue',
    `The parameter ${path} has parts, and no value of its own.`,
  )
}

function only(tree: QueryTree, name: string, path: string): QueryTree {
  const found = tree.below.get(name)
  if (found !== undefined && tree.below.size === 1) return found
  throw unknown(`${path}.`, [...tree.below.keys()].find((each) => each !== name) ?? '')
}

function numbered(tree: QueryTree, path: string): readonly (readonly [number, QueryTree])[] {
  return [...tree.below]
    .map(([text, below]) => {
      const number = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.NaN
      if (!(number <= MOST_INDEX)) throw unknown(`${path}.`, text)
      return [number, below] as const
    })
    .toSorted(([left], [right]) => left - right)
}

function missing(name: string): RequestFormError {
  return new RequestFormError('MissingParameter', `The request must contain the parameter ${name}`)
}

function unknown(path: string, name: string): RequestFormError {
  return new RequestFormError('UnknownParameter', `The parameter ${path}${name} is not recognized`)
}
