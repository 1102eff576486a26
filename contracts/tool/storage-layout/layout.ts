import { hexToBigInt, keccak256, numberToHex, stringToHex, toHex } from 'viem'

import {
  type AstNode,
  type Compiled,
  compileSolidity,
  declarations,
  type StorageEntry,
  type StorageType,
} from '../solidity.ts'

/** Where every upgradeable contract keeps what: what an upgrade must not move. */
export interface Layout {
  /** Of each contract, by its name: the namespaces (ERC-7201), each with its struct and first slot. */
  readonly contracts: Section
  /** Of each struct that is stored: the members, each with slot, offset in it, type and size. */
  readonly structs: Section
  /** Of each enum that is stored: the values, each with its number. */
  readonly enums: Section
}

/** Facts by the name of what they are about, then by the name of its part. */
export type Section = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A contract keeps something where an upgrade could move it. */
export class LayoutError extends Error {
  readonly code = 'STORAGE_LAYOUT_UNSOUND'
}

interface Namespace {
  readonly name: string
  readonly slot: string
  readonly struct: string
  readonly source: string
}

const locationTag = /@custom:storage-location erc7201:(\S+)/
const harness = 'StorageLayoutHarness.sol'

/**
 * The layout of all contracts in `sources` that are {Governed}, as the compiler lays it out: for each namespace a contract is made
 * that declares the struct as its only variable.
 *
 * @throws {LayoutError} where a contract keeps anything outside a namespace, or a namespace not at its slot.
 */
export function layoutOf(sources: Readonly<Record<string, string>>): Layout {
  const compiled = compileSolidity(sources, ['storageLayout'])
  const units = Object.entries(compiled.sources).flatMap(([source, { ast }]) =>
    declarations(ast).map((node) => ({ source, node })),
  )
  const byId = new Map(units.map((unit) => [unit.node.id, unit]))
  const contracts: Record<string, Record<string, string>> = {}
  const namespaces = new Map<string, Namespace>()
  for (const { source, node } of units) {
    const bases = (node.linearizedBaseContracts ?? []).flatMap((id) => byId.get(id) ?? [])
    if (!isUpgradeable(source, node, bases)) continue
    requireNoOrdinaryStorage(compiled, source, node)
    const own = bases.flatMap((base) => namespacesOf(base.source, base.node))
    contracts[node.name ?? ''] = sorted(
      Object.fromEntries(own.map(({ name, struct, slot }) => [name, `${struct} at ${slot}`])),
    )
    for (const namespace of own) namespaces.set(namespace.name, namespace)
  }
  return { contracts: sorted(contracts), ...describe(sources, [...namespaces.values()], units) }
}

/** First slot of a namespace (ERC-7201). */
export function namespaceSlot(name: string): string {
  const inner = hexToBigInt(keccak256(stringToHex(name))) - 1n
  const outer = hexToBigInt(keccak256(numberToHex(inner, { size: 32 })))
  return toHex(outer & ~0xffn, { size: 32 })
}

function isUpgradeable(
  source: string,
  node: AstNode,
  bases: readonly { node: AstNode }[],
): boolean {
  const deployed = node.contractKind === 'contract' && node.abstract === false
  return (
    deployed && source.startsWith('src/') && bases.some((base) => base.node.name === 'Governed')
  )
}

function requireNoOrdinaryStorage(
  compiled: Compiled,
  source: string,
  { name = '' }: AstNode,
): void {
  const storage = compiled.contracts[source]?.[name]?.storageLayout?.storage
  if (storage === undefined) throw new LayoutError(`${name} has no storage layout.`)
  if (storage.length > 0) {
    const labels = storage.map(({ label }) => label).join(', ')
    throw new LayoutError(`${name} keeps ${labels} outside a namespace; an upgrade could move it.`)
  }
}

function namespacesOf(source: string, contract: AstNode): Namespace[] {
  const members = contract.nodes ?? []
  return members.flatMap((member) => {
    const name = locationTag.exec(member.documentation?.text ?? '')?.[1]
    if (name === undefined || member.nodeType !== 'StructDefinition') return []
    const slot = namespaceSlot(name)
    if (!members.some((other) => other.value?.value?.toLowerCase() === slot)) {
      throw new LayoutError(`${contract.name} has no constant ${slot}, the slot of ${name}.`)
    }
    return [{ name, slot, struct: member.canonicalName ?? '', source }]
  })
}

function describe(
  sources: Readonly<Record<string, string>>,
  namespaces: readonly Namespace[],
  units: readonly { readonly node: AstNode }[],
): Omit<Layout, 'contracts'> {
  const text = namespaces.map(
    ({ struct, source }, index) =>
      `import { ${struct.split('.')[0]} as C${index} } from "${source}";\n` +
      `contract Layout${index} { C${index}.${struct.split('.')[1]} private stored; }\n`,
  )
  const compiled = compileSolidity({ ...sources, [harness]: text.join('') }, ['storageLayout'])
  const types = Object.assign(
    {},
    ...Object.values(compiled.contracts[harness] ?? {}).map(
      ({ storageLayout }) => storageLayout?.types,
    ),
  ) as Record<string, StorageType>
  const structs: Record<string, Record<string, string>> = {}
  const enums: Record<string, Record<string, string>> = {}
  for (const { label, members } of Object.values(types)) {
    const name = label.replace(/^(struct|enum) /, '')
    if (members) {
      if (structs[name]) throw new LayoutError(`Two structs are called ${name}; rename one.`)
      structs[name] = describeMembers(members, types)
    }
    if (label.startsWith('enum ')) enums[name] = valuesOf(name, units)
  }
  return { structs: sorted(structs), enums: sorted(enums) }
}

function describeMembers(
  members: readonly StorageEntry[],
  types: Readonly<Record<string, StorageType>>,
): Record<string, string> {
  return Object.fromEntries(
    members.map(({ label, slot, offset, type }) => {
      const { label: typeName, numberOfBytes } = types[type] ?? { label: type, numberOfBytes: '?' }
      return [label, `slot ${slot} byte ${offset}: ${typeName}, ${numberOfBytes} bytes`]
    }),
  )
}

function valuesOf(
  name: string,
  units: readonly { readonly node: AstNode }[],
): Record<string, string> {
  const found = units.find(
    ({ node }) => node.nodeType === 'EnumDefinition' && node.canonicalName === name,
  )
  const members = found?.node.members ?? []
  return Object.fromEntries(members.map((member, index) => [member.name ?? '', String(index)]))
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
