import { Readable } from 'node:stream'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { wireNumber } from '../wire.ts'
import { parseAttributes, type Attributes } from './attributes.ts'
import { parseList } from './folder-list.ts'
import { PacketReader, readPackets, writeAttributes, writePacket } from './packet.ts'
import { SftpError } from './sftp-error.ts'

const number = fc.nat(0xff_ff_ff_ff)
const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const attributes: fc.Arbitrary<Attributes> = fc.record({
  size: option(fc.maxSafeNat()),
  owner: option(fc.record({ uid: number, gid: number })),
  mode: option(number),
  times: option(fc.record({ accessed: number, modified: number })),
})

test('attributes are read as they were written', () => {
  fc.assert(
    fc.property(attributes, (value) => {
      expect(new PacketReader(writeAttributes(value)).attributes()).toEqual(value)
    }),
  )
})

test('packets are the same however their bytes come', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), fc.array(fc.nat(400)), async (packets, cuts) => {
      const all = Buffer.concat(
        packets.map((packet) => writePacket(packet[0] ?? 0, packet.subarray(1))),
      )
      const edges = [
        0,
        ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b),
        all.length,
      ]
      const pieces = edges.slice(1).map((edge, index) => all.subarray(edges[index], edge))
      const read: Buffer[] = []
      for await (const packet of readPackets(Readable.from(pieces))) read.push(packet)
      expect(read).toEqual(packets.map((packet) => Buffer.from(packet)))
    }),
  )
})

test.each([
  ['of nothing', wireNumber(0)],
  ['larger than any', wireNumber(300_000)],
])('a packet %s ends it', async (_, bytes) => {
  await expect(readPackets(Readable.from([bytes])).next()).rejects.toThrow(SftpError)
})

test('a packet that is cut off, or an offset that is none, is refused and read no further', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const reader = new PacketReader(Buffer.from(bytes))
      for (const read of [() => reader.attributes(), () => reader.bytes(), () => reader.large()]) {
        try {
          read()
        } catch (failure) {
          expect(failure).toBeInstanceOf(SftpError)
        }
      }
    }),
  )
})

test('a list is read whatever names it has', () => {
  const name = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..')
  const line = '81a4 5 0 0 1 2'
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const output = ['41ed 1 0 0 1 2 ./', ...names.map((each) => `${line} ./${each}/`), ''].join(
        '\n',
      )
      const entries = [...parseList(output)]
      expect(entries.map((entry) => entry.name)).toEqual(['.', ...names])
      expect(entries.slice(1).every(({ attributes: { size } }) => size === 5)).toBe(true)
    }),
  )
})

test.each([' ', 'a', '1 ', '\n', '1 1 1 1 1 1 .\n'])(
  'a megabyte of %j is no list, and is passed over in one go',
  (piece) => {
    const output = piece.repeat((1 << 20) / piece.length)
    expect([...parseList(output)]).toEqual([])
    expect([...parseList(`${output}\n41ed 1 0 0 1 2 ./`)]).toHaveLength(1)
  },
)

test('what stat says is read, and nothing else is taken for it', () => {
  expect(parseAttributes('81a4 5 1000 100 1 2')).toEqual({
    mode: 0o100644,
    size: 5,
    owner: { uid: 1000, gid: 100 },
    times: { accessed: 1, modified: 2 },
  })
  expect(parseAttributes('sh: stat: not found')).toBeUndefined()
})
