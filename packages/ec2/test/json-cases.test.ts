import { JsonShapeDeserializer, loadJsonRpcErrorCode } from '@aws-sdk/core/protocols'
import { expect, test } from 'vitest'

import { readJson } from '../src/codec/read-json.ts'
import type { Fields } from '../src/codec/read-query.ts'
import { writeJson } from '../src/codec/write-json.ts'
import { jsonError } from '../src/door/json-service.ts'
import type { StructureShape, Value } from '../src/model/shape.ts'
import { areCasesThere, casesOf, plainOf, valueOf } from './aws-cases.ts'
import { awsSchemaOf, structureOf } from './botocore-shapes.ts'

/** AWS's own cases of its protocol of JSON: what clients send is read as what they were given, and what is written is read by AWS's deserializer. */

/** What only a client can get wrong. */
const ofClients: Readonly<Record<string, string>> = {
  SDKAppliedContentEncoding_awsJson1_0: 'it compresses, and no body is given',
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0: 'it compresses, and no body is given',
}

const inputs = casesOf('input', 'json_1_0').filter(({ id }) => ofClients[id] === undefined)
const outputs = casesOf('output', 'json_1_0')
const answers = outputs.filter(({ error, errorCode }) => (error ?? errorCode) === undefined)
const failures = outputs.filter(({ error, errorCode }) => (error ?? errorCode) !== undefined)

test('all cases of JSON are here but those of clients', (context) => {
  if (!areCasesThere) context.skip('AWS’s cases are not beside this repository')
  expect(inputs.length + outputs.length).toBe(51)
})

test.runIf(areCasesThere).each(inputs)('$id: what a client sends is read', (each) => {
  const { given, shapes, params = {}, serialized } = each
  const fields = readJson(structureOf(shapes, given.input?.shape), serialized?.body ?? '')
  expect(plainOf(fields)).toEqual(params)
})

test.runIf(areCasesThere).each(answers)(
  '$id: what is written, AWS’s deserializer reads',
  (each) => {
    const { given, shapes, result = {} } = each
    const shape = structureOf(shapes, given.output?.shape)
    const fields = valueOf(shape, result) as Fields
    const read = deserialize(shape, JSON.parse(writeJson(shape, fields)) as object)
    expect(plainOf(read)).toEqual(plainOf(fields))
  },
)

test.runIf(areCasesThere).each(failures)('$id: an error is known by its code', (each) => {
  const { errorCode: awsCode = '', errorMessage: message = 'Hi' } = each
  const body: unknown = JSON.parse(jsonError({ awsCode, message }))
  expect(loadJsonRpcErrorCode({ headers: {} } as never, body)).toBe(awsCode)
  expect(body).toMatchObject({ message })
})

/** What AWS's deserializer of JavaScript makes of JSON. */
function deserialize(shape: StructureShape, document: object): Value {
  const settings = { timestampFormat: { default: 7, useTrait: true }, jsonName: false }
  const deserializer = new JsonShapeDeserializer(settings as never)
  return deserializer.readObject(awsSchemaOf(shape) as never, document as never) as Value
}
