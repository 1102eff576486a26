import { contracts } from '@nexqloud/ledger'
import {
  decodeEventLog,
  decodeFunctionData,
  type Abi,
  type AbiEvent,
  type AbiFunction,
  type AbiParameter,
  type Hex,
  type Log,
} from 'viem'

import { implementationOf } from './implementation.ts'

/** A call or an event, as the contract's source names it. */
export type Decoded = {
  /** Name of the contract, e.g. `DigitalKeys`. */
  readonly contract: string
  readonly name: string
  readonly args: readonly NamedValue[]
}

/** An argument; numbers of any size are decimal text where they are shown. */
export type NamedValue = { readonly name: string; readonly value: unknown }

/** Contracts by address, lower case: name and ABI. */
const known: ReadonlyMap<string, { readonly name: string; readonly abi: Abi }> = new Map(
  Object.entries(contracts).flatMap(([key, { address, abi }]) => {
    const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`
    const contract = { name, abi: abi as Abi }
    return [
      [address.toLowerCase(), contract],
      [implementationOf(address), { ...contract, name: `${name} (code)` }],
    ] as const
  }),
)

/** Returns the name of the contract at an address; `undefined` where none of ours stands. */
export function contractNameOf(address: string | null | undefined): string | undefined {
  return known.get(address?.toLowerCase() ?? '')?.name
}

/** Returns what a transaction calls; `undefined` where that is no function of ours. */
export function decodeCall(to: string | null | undefined, data: Hex): Decoded | undefined {
  const contract = known.get(to?.toLowerCase() ?? '')
  if (contract === undefined || data === '0x') return undefined
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi: contract.abi, data })
    const item = findItem(contract.abi, { type: 'function', name: functionName })
    return { contract: contract.name, name: functionName, args: nameValues(item?.inputs, args) }
  } catch {
    return undefined
  }
}

/** Returns an event; `undefined` where it is none of ours. */
export function decodeEvent({ address, data, topics }: Log): Decoded | undefined {
  const contract = known.get(address.toLowerCase())
  if (contract === undefined) return undefined
  try {
    const { eventName, args } = decodeEventLog({ abi: contract.abi, data, topics })
    const item = findItem(contract.abi, { type: 'event', name: eventName ?? '' })
    const values = Array.isArray(args) ? args : Object.values(args ?? {})
    const byName = (args ?? {}) as Readonly<Record<string, unknown>>
    const named = (item?.inputs ?? []).map(({ name = '' }, index) => ({
      name: plainName(name),
      value: byName[name] ?? values[index],
    }))
    return { contract: contract.name, name: eventName ?? '', args: named }
  } catch {
    return undefined
  }
}

/** Returns a call or an event on one line: `DigitalKeys.buy(owner: 0x…)`. */
export function showDecoded({ contract, name, args }: Decoded): string {
  const shown = args.map(({ name: label, value }) =>
    label === '' ? showValue(value) : `${label}: ${showValue(value)}`,
  )
  return `${contract}.${name}(${shown.join(', ')})`
}

/** Returns a decoded value as text: lists and structs as JSON. */
function showValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
}

function findItem(
  abi: Abi,
  { type, name }: { readonly type: 'function' | 'event'; readonly name: string },
): AbiFunction | AbiEvent | undefined {
  return abi.find(
    (entry): entry is AbiFunction | AbiEvent => entry.type === type && entry.name === name,
  )
}

function nameValues(
  inputs: readonly AbiParameter[] = [],
  args: readonly unknown[],
): readonly NamedValue[] {
  return args.map((value, index) => ({ name: plainName(inputs[index]?.name), value }))
}

/** Sources end a name with `_` where it would hide another one. */
function plainName(name = ''): string {
  return name.replace(/_$/, '')
}
