import { parsePeriod } from '@nexqloud/kernel'
import { parseSignature, serializeSignature, toHex, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import { createSettlementKey } from './settlement-key.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const key = createSettlementKey(privateKeyToAccount(`0x${'1'.repeat(64)}`), 7)
const root = {
  period: parsePeriod(3),
  root: `0x${'2'.repeat(64)}`,
  rewards: 5n,
  inputs: `0x${'3'.repeat(64)}`,
} as const

test('a signature names who made it, in the one spelling that the chain takes', async () => {
  const signature = await key.sign(root)
  const { r, s, yParity } = parseSignature(signature)
  const others: readonly Hex[] = [
    `${signature.slice(0, -2)}0${yParity}` as Hex,
    serializeSignature({ r, s: toHex(ORDER - BigInt(s)), yParity: 1 - yParity }),
    '0x',
  ]
  expect(await key.signerOf({ ...root, signature })).toBe(key.signer)
  expect(await key.signerOf({ ...root, rewards: 6n, signature })).not.toBe(key.signer)
  for (const other of others) {
    expect(await key.signerOf({ ...root, signature: other })).toBeUndefined()
  }
})
