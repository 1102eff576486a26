import fc from 'fast-check'
import { expect, test } from 'vitest'

import { loadEc2Model } from '../model/ec2-model.ts'
import { wrapAnswer } from './envelope.ts'
import { AnswerFormError } from './errors.ts'
import { createXmlWriter, escapeXml } from './write-xml.ts'

const { operations, namespace } = loadEc2Model()

test('an answer is written under the names that EC2 has on the wire', () => {
  const fields = {
    Reservations: [
      {
        ReservationId: 'r-1',
        Instances: [
          {
            InstanceId: 'i-1',
            State: { Code: 16, Name: 'running' },
            LaunchTime: new Date('2026-01-01T00:00:00Z'),
            EbsOptimized: false,
            Tags: [{ Key: 'Name', Value: '<a & b>' }],
          },
        ],
      },
    ],
  }
  const envelope = {
    dialect: 'ec2',
    action: 'DescribeInstances',
    namespace,
    requestId: 'q',
  } as const
  expect(wrapAnswer(envelope, write('DescribeInstances', fields))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>q</requestId><reservationSet><item><reservationId>r-1</reservationId><instancesSet><item><ebsOptimized>false</ebsOptimized><tagSet><item><key>Name</key><value>&lt;a &amp; b&gt;</value></item></tagSet><instanceId>i-1</instanceId><instanceState><code>16</code><name>running</name></instanceState><launchTime>2026-01-01T00:00:00.000Z</launchTime></item></instancesSet></item></reservationSet></DescribeInstancesResponse>"
  `)
})

test('a moment may be a text, as objects keep it', () => {
  const keys = (CreateTime: Date | string) =>
    write('DescribeKeyPairs', { KeyPairs: [{ CreateTime }] })
  expect(keys('2026-01-01T00:00:00.000Z')).toBe(keys(new Date(Date.UTC(2026, 0))))
})

test('an empty list is an element all the same, and what is not there is none', () => {
  expect(write('DescribeInstances', { Reservations: [] })).toBe('<reservationSet></reservationSet>')
  expect(write('DescribeInstances', {})).toBe('')
})

test.each([
  [{ Reservations: 'none' }, 'no list at reservationSet'],
  [{ Reservations: [{ ReservationId: 7 }] }, 'no text at reservationId'],
  [{ Reservations: [{ Instances: [{ LaunchTime: 'now' }] }] }, 'no moment at launchTime'],
  [{ Reservations: [{ Instances: [{ State: { Code: '16' } }] }] }, 'no number at code'],
])('a value that the model does not know is a fault of ours: %j', (fields, why) => {
  expect(() => write('DescribeInstances', fields)).toThrow(AnswerFormError)
  expect(() => write('DescribeInstances', fields)).toThrow(why)
})

test('any text is well-formed XML, and reads as it was but for what XML cannot hold', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, (written) => {
      const escaped = escapeXml(written)
      // XML 1.0, production 2.
      expect(escaped).toMatch(/^[\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u)
      expect(escaped).not.toMatch(/[<>"]|&(?!(amp|lt|gt|quot|#13);)/)
    }),
  )
})

function write(action: string, fields: object): string {
  const operation = operations.get(action)
  if (operation === undefined) throw new TypeError(`${action} is served.`)
  return createXmlWriter(operation.output)(fields as never)
}
