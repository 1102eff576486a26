import { parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { uptimeSeconds } from '@nexqloud/rules'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { instanceOf, someMinutes, unpack } from '../../test/witness.ts'
import { InvalidWitnessFileError } from './errors.ts'
import {
  encodeWitnessFile,
  foldMinutes,
  isWitnessOf,
  minuteRecordOf,
  parseWitnessFile,
  parseWitnessHead,
  witnessFileHash,
} from './witness-file.ts'

const head = { period: parsePeriod(7), masternode: parseMasternodeId(3), minutes: 45 }
const device = parseDeviceId(2)
const instance = instanceOf(1n)

test('what was witnessed reads as it was written, whatever it is', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), (minutes) => {
      const file = foldMinutes(head, minutes)
      expect(unpack(parseWitnessFile(encodeWitnessFile(file)))).toEqual(unpack(file))
    }),
  )
})

test('minutes in another order, or told twice, give the same bytes', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), (minutes) => {
      const bytes = encodeWitnessFile(foldMinutes(head, minutes))
      const again = foldMinutes(head, [...minutes.toReversed(), ...minutes])
      expect(encodeWitnessFile(again).equals(bytes)).toBe(true)
    }),
  )
})

test('the rules count its minutes as they are', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), (minutes) => {
      const file = foldMinutes(head, minutes)
      const seen = minutes.filter(({ devices }) => devices.includes(device)).length
      expect(uptimeSeconds([minuteRecordOf(file, device)], head.minutes)).toBe(60 * seen)
    }),
  )
})

test('a changed bit is found, or gives a file that has another name', () => {
  const change = fc.tuple(someMinutes(head.minutes), fc.nat(), fc.nat(7))
  fc.assert(
    fc.property(change, ([minutes, where, bit]) => {
      const bytes = encodeWitnessFile(foldMinutes(head, minutes))
      const changed = Buffer.from(bytes)
      const at = where % bytes.length
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
      expect(witnessFileHash(changed)).not.toBe(witnessFileHash(bytes))
      const read = parseOr(changed)
      if (read !== undefined) expect(encodeWitnessFile(read).equals(changed)).toBe(true)
    }),
  )
})

test('whatever bytes come, they are refused or are the one encoding of what they say', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const bytes = Buffer.concat([Buffer.from('NQW2'), noise])
      const read = parseOr(bytes)
      if (read !== undefined) expect(encodeWitnessFile(read).equals(bytes)).toBe(true)
    }),
  )
})

test('counts that the bytes cannot hold take no memory', () => {
  const empty = encodeWitnessFile(foldMinutes(head, []))
  const before = process.memoryUsage().arrayBuffers
  for (const count of [4_000_000, 0xffffffff]) {
    for (const fromEnd of [4, 8]) {
      const boast = Buffer.from(empty)
      boast.writeUInt32LE(count, empty.length - fromEnd)
      expect(() => parseWitnessFile(boast)).toThrow('it ends too early')
    }
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
})

test('a device that is named twice is refused', () => {
  const devices = [device, parseDeviceId(3)]
  const bytes = encodeWitnessFile(foldMinutes(head, [{ index: 4, devices, runs: [] }]))
  expect(bytes.readUInt32LE(36)).toBe(3)
  bytes.writeUInt32LE(device, 36)
  expect(() => parseWitnessFile(bytes)).toThrow('it names a device twice')
})

test('how it begins is known without what follows', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), (minutes) => {
      const file = foldMinutes(head, minutes)
      const bytes = encodeWitnessFile(file)
      const broken = bytes.fill(0xff, 4 + 6 + 4 + 2 + 6 + 4)
      expect(parseWitnessHead(broken)).toEqual({ ...head, devices: file.devices.size })
    }),
  )
  for (const bytes of [[], [...Buffer.from('NQW1')], [...Buffer.from('NQW2'), 1, 2, 3]]) {
    expect(() => parseWitnessHead(Uint8Array.from(bytes))).toThrow(InvalidWitnessFileError)
  }
})

test('whose file it is, its beginning says, if that is there', () => {
  const bytes = encodeWitnessFile(foldMinutes(head, []))
  const other = parseMasternodeId(head.masternode + 1)
  expect([head.masternode, other].map((each) => isWitnessOf(bytes, each))).toEqual([true, false])
  for (let length = 0; length < 16; length += 1) {
    expect(isWitnessOf(bytes.subarray(0, length), head.masternode)).toBe(false)
  }
})

test('what no masternode can have seen is refused', () => {
  const minutes = [{ index: 4, devices: [device], runs: [{ instance, device, seconds: 60 }] }]
  const file = foldMinutes(head, minutes)
  const none = new Uint32Array(2)
  const refused = (more: object): string => {
    const bytes = encodeWitnessFile({ ...file, ...more })
    try {
      parseWitnessFile(bytes)
    } catch (failure) {
      if (failure instanceof InvalidWitnessFileError) return failure.message
    }
    return ''
  }
  const run = { instance, device, seconds: 61 }
  const twice = [run, run].map((each) => ({ ...each, seconds: 1 }))
  expect([
    refused({ runs: [run] }),
    refused({ runs: twice }),
    refused({ up: none }),
    refused({ devices: new Map([[device, none]]), runs: [] }),
    refused({ devices: new Map() }),
    refused({ minutes: 1441 }),
  ]).toMatchInlineSnapshot(`
    [
      "This is no witness file: 61 s of 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001 are not from 1 to 60.",
      "This is no witness file: its runs are not in order.",
      "This is no witness file: device 2 was heard while the masternode was not up.",
      "This is no witness file: device 2 was never heard.",
      "This is no witness file: 60 s of 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000000000000000000001 are not from 1 to 0.",
      "This is no witness file: 1441 minutes are no period.",
    ]
  `)
})

function parseOr(bytes: Buffer) {
  try {
    return parseWitnessFile(bytes)
  } catch (failure) {
    expect(failure).toBeInstanceOf(InvalidWitnessFileError)
    return undefined
  }
}
