import {
  type AbiEntry,
  type AbiInput,
  type AstNode,
  type Compiled,
  declarations,
} from '../solidity.ts'

/** A function that changes state: who may call it, and what it changes. */
export interface AccessRow {
  /** Name and types, as in `buy(address)`. */
  readonly signature: string
  /** The same with the names that the source gives to types. */
  readonly label: string
  readonly caller: string
  readonly changes: string
}

/** A function that changes state does not say who may call it or what it changes. */
export class AccessTableError extends Error {
  readonly code = 'ACCESS_UNDOCUMENTED'
}

type Tags = Pick<AccessRow, 'caller' | 'changes'>

const governance: ReadonlySet<string> = new Set([
  'transferOwnership(address)',
  'acceptOwnership()',
  'upgradeToAndCall(address,bytes)',
])

/** What contracts inherit from OpenZeppelin, whose documentation has no such tags. */
const inherited: Readonly<Record<string, Tags>> = {
  'transferOwnership(address)': {
    caller: 'owner',
    changes: 'who may accept to be the next owner',
  },
  'acceptOwnership()': { caller: 'the next owner', changes: 'the owner' },
  'upgradeToAndCall(address,bytes)': { caller: 'owner', changes: "the contract's code" },
  'approve(address,uint256)': {
    caller: "the key's holder or operator",
    changes: 'who else may transfer the key',
  },
  'setApprovalForAll(address,bool)': {
    caller: 'anyone',
    changes: "who else may transfer all of the caller's keys",
  },
  'transferFrom(address,address,uint256)': {
    caller: "the key's holder, operator or approved account",
    changes: "the key's holder, never of a founding key; its device is suspended",
  },
  'safeTransferFrom(address,address,uint256)': {
    caller: "the key's holder, operator or approved account",
    changes: 'as transferFrom; a receiving contract has to agree',
  },
  'safeTransferFrom(address,address,uint256,bytes)': {
    caller: "the key's holder, operator or approved account",
    changes: 'as transferFrom; a receiving contract has to agree',
  },
}

/** A deployed contract and its functions that may change state, by name. */
export interface ContractAccess {
  readonly contract: string
  readonly rows: readonly AccessRow[]
}

/**
 * Every deployed contract, by name. `initialize` is left out: genesis calls it, and it fails ever after.
 *
 * @throws {AccessTableError} naming every function that does not say who may call it and what it changes.
 */
export function accessOf(compiled: Compiled): ContractAccess[] {
  const found = deployedContracts(compiled).map((deployed) => ({
    contract: deployed.node.name ?? '',
    rows: functionsOf(compiled, deployed),
  }))
  const silent = found.flatMap(({ contract, rows }) =>
    rows
      .filter(({ caller, changes }) => caller === '' || changes === '')
      .map(({ label }) => `${contract}.${label}`),
  )
  if (silent.length > 0) {
    throw new AccessTableError(`Add @custom:caller and @custom:changes to ${silent.join(', ')}.`)
  }
  return found
}

/** Markdown: a table for each contract; what all upgradeable ones have alike stands once, at the end. */
export function renderTables(contracts: readonly ContractAccess[]): string {
  const isShared = ({ signature }: AccessRow): boolean => governance.has(signature)
  const shared = new Map(
    contracts.flatMap(({ rows }) => rows.filter(isShared)).map((row) => [row.signature, row]),
  )
  return [
    ...contracts.map(({ contract, rows }) =>
      renderSection(
        contract,
        rows.filter((row) => !isShared(row)),
      ),
    ),
    renderSection('Every upgradeable contract', [...shared.values()]),
  ].join('\n\n')
}

function renderSection(title: string, rows: readonly AccessRow[]): string {
  if (rows.length === 0) return `### ${title}\n\nNothing changes it.`
  return [
    `### ${title}`,
    '',
    '| function | who may call it | what it changes |',
    '|---|---|---|',
    ...rows.map(({ label, caller, changes }) => `| \`${label}\` | ${caller} | ${changes} |`),
  ].join('\n')
}

function functionsOf(compiled: Compiled, { source, node, bases }: Deployed): AccessRow[] {
  const { abi = [] } = compiled.contracts[source]?.[node.name ?? ''] ?? {}
  const rows = abi.filter(isChange).map(({ type, name = type, inputs = [] }) => {
    const signature = `${name}(${inputs.map(canonicalType).join(',')})`
    const label = `${name}(${inputs.map(shortType).join(', ')})`
    const tags =
      type === 'function'
        ? (inherited[signature] ?? readTags(compiled, bases, signature))
        : parseTags(documentationOf(type, bases))
    return { signature, label, ...tags }
  })
  return rows.toSorted((a, b) => (a.label < b.label ? -1 : 1))
}

function isChange({ type, name, stateMutability }: AbiEntry): boolean {
  const isCallable = type === 'function' || type === 'receive' || type === 'fallback'
  const changesState = stateMutability === 'nonpayable' || stateMutability === 'payable'
  return isCallable && changesState && name !== 'initialize'
}

/** From the contract itself or the interface that it implements: `@inheritdoc` does not take such tags along. */
function readTags(compiled: Compiled, bases: readonly Unit[], signature: string): Tags {
  const documented = bases
    .map(({ source, node }) => compiled.contracts[source]?.[node.name ?? '']?.devdoc?.methods)
    .find((methods) => methods?.[signature]?.['custom:caller'] !== undefined)
  const tags = documented?.[signature] ?? {}
  return { caller: tags['custom:caller'] ?? '', changes: tags['custom:changes'] ?? '' }
}

function parseTags(documentation: string): Tags {
  const tag = (name: string): string =>
    new RegExp(`@custom:${name} ([^@]*)`)
      .exec(documentation)?.[1]
      ?.replaceAll(/\s+/g, ' ')
      .trim() ?? ''
  return { caller: tag('caller'), changes: tag('changes') }
}

/** What is written above `receive` or `fallback`: the compiler's documentation leaves these out. */
function documentationOf(kind: string, bases: readonly Unit[]): string {
  const members = bases.flatMap(({ node }) => node.nodes ?? [])
  return members.find((member) => member.kind === kind)?.documentation?.text ?? ''
}

function canonicalType({ type, components }: AbiInput): string {
  const parts = components?.map(canonicalType).join(',')
  return parts === undefined ? type : type.replace('tuple', `(${parts})`)
}

/** The type as the source names it, without the contract that declares it. */
function shortType({ type, internalType = type }: AbiInput): string {
  return internalType.replace(/^(struct|enum|contract) /, '').replace(/^.*\./, '')
}

interface Unit {
  readonly source: string
  readonly node: AstNode
}

interface Deployed extends Unit {
  readonly bases: readonly Unit[]
}

function deployedContracts({ sources }: Compiled): Deployed[] {
  const units = Object.entries(sources).flatMap(([source, { ast }]) =>
    declarations(ast).map((node) => ({ source, node })),
  )
  const byId = new Map(units.map((unit) => [unit.node.id, unit]))
  return units
    .filter(
      ({ source, node }) =>
        source.startsWith('src/') && node.contractKind === 'contract' && node.abstract === false,
    )
    .map(({ source, node }) => ({
      source,
      node,
      bases: (node.linearizedBaseContracts ?? []).flatMap((id) => byId.get(id) ?? []),
    }))
    .toSorted((a, b) => ((a.node.name ?? '') < (b.node.name ?? '') ? -1 : 1))
}
