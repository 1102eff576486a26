import type { Hash, Settler, SignedRoot } from '@nexqloud/control'
import {
  parseAddress,
  parseDeviceId,
  parseInstanceKey,
  parsePeriod,
  type Period,
} from '@nexqloud/kernel'
import type { PeriodLeaves } from '@nexqloud/rules'
import type { FileShelf } from '@nexqloud/store'
import type { PublicPages } from '@nexqloud/tunnel'
import { z } from 'zod'

import { parseJsonAs } from '../parse-json.ts'

/** What a masternode serves to everybody: files by their hash, what it signed, and what that was computed of. */
export function createSettlementPages({
  shelf,
  settler,
}: {
  readonly shelf: Pick<FileShelf, 'read'>
  readonly settler: Pick<Settler, 'rootOf' | 'leavesOf'>
}): PublicPages {
  /** What is asked for again and again is written down once. */
  const written = new WeakMap<object, Buffer>()
  const write = (value: object): Buffer => {
    const known = written.get(value) ?? Buffer.from(JSON.stringify(value, encodeValue))
    written.set(value, known)
    return known
  }
  return async (path) => {
    const [, folder, name = ''] = /^\/(files|roots|leaves)\/([0-9a-fx]{1,66})$/.exec(path) ?? []
    if (folder === 'files') {
      const body = await shelf.read(name)
      return body && { type: 'application/octet-stream', body, isForEver: true }
    }
    const period = /^\d{1,12}$/.test(name) ? parsePeriod(Number(name)) : undefined
    if (folder === undefined || period === undefined) return undefined
    const found = folder === 'roots' ? settler.rootOf(period) : settler.leavesOf(period)
    if (found === undefined) return undefined
    return { type: 'application/json', body: write(found), isForEver: false }
  }
}

/** Where a file, a root and what it was computed of are. */
export const pathOf = {
  file: (hash: Hash) => `/files/${hash}`,
  root: (period: Period) => `/roots/${period}`,
  leaves: (period: Period) => `/leaves/${period}`,
} as const

/** Numbers that JSON's do not hold are decimal text. */
function encodeValue(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

const hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]*$/)])
const amount = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt)
/** A leaf holds no larger ones. */
const amountOf = (bits: number) => amount.refine((value) => BigInt.asUintN(bits, value) === value)
const countOf = (bits: number) =>
  z
    .int()
    .nonnegative()
    .lt(2 ** bits)
const count = z.int().nonnegative()
const period = count.transform(parsePeriod)
const device = count.transform(parseDeviceId)
const instance = z.string().transform(parseInstanceKey)
const root = z.strictObject({
  period,
  root: hex,
  rewards: amount,
  inputs: hex,
  signature: hex,
})
/** A list that is wrong at its first wrong element: strangers write millions, and each would be told of. */
const listOf = <Element>(element: z.ZodType<Element>) =>
  z.array(z.unknown()).transform((items) => items.map((item) => element.parse(item)))
const leaves = z.strictObject({
  rewards: listOf(
    z.strictObject({
      account: z.string().transform(parseAddress),
      device,
      amount: amountOf(96),
      uptimeSeconds: countOf(32),
      scoreHundredths: countOf(16),
    }),
  ),
  bills: listOf(z.strictObject({ instance, token: amountOf(64), seconds: countOf(32) })),
  credits: listOf(z.strictObject({ instance, month: countOf(32), amount: amountOf(96) })),
})

/** Returns what a page of a root says; nothing where it says something else. */
export function parseRootPage(body: Uint8Array): SignedRoot | undefined {
  return parseJsonAs(root, body)
}

/** Returns what a page of leaves says; nothing where it says something else. */
export function parseLeavesPage(body: Uint8Array): PeriodLeaves | undefined {
  return parseJsonAs(leaves, body)
}
