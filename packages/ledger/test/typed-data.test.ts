import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import { acceptanceData, registrationData, retirementData, rootData } from '../src/index.ts'

const hash: Hex = `0x${'1'.repeat(64)}`
const once = { nonce: 0n, deadline: 1n }
const device = parseDeviceId(1)
const owner = parseAddress(`0x${'1'.repeat(40)}`)
const scores = { cpu: 1, memoryScore: 2, storageScore: 3, gpu: 4, isp: 5 }

type Fields = Readonly<Record<string, readonly { readonly type: string; readonly name: string }[]>>

const signed = [
  [
    'devices/Devices.sol',
    registrationData(1, { owner, key: 1n, tlsKeyHash: hash, region: hash, ...once }),
  ],
  ['devices/Devices.sol', acceptanceData(1, { device, scores, ...once })],
  ['devices/Devices.sol', retirementData(1, { device, ...once })],
  [
    'settlement/Roots.sol',
    rootData(1, { period: parsePeriod(1), root: hash, rewards: 1n, inputs: hash }),
  ],
] as const

test.each(signed)('%s hashes the same type', (file, { primaryType, types }) => {
  const fields = (types as Fields)[primaryType] ?? []
  const encoded = fields.map(({ type, name }) => `${type} ${name}`).join(',')
  expect(readContract(file)).toContain(`"${primaryType}(${encoded})"`)
})

function readContract(file: string): string {
  return readFileSync(join(import.meta.dirname, '../../../contracts/src', file), 'utf8')
}
