import { expect } from 'vitest'

import { kinds } from '../../src/client/kind.ts'
import type { JsonObject } from '../../src/json.ts'
import { at, refusalOf, type Bench, type Case } from './bench.ts'

const group = 'test.nexqloud.example'
const widgets = { group, version: 'v1', kind: 'Widget', plural: 'widgets', isNamespaced: true }
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1 },
        color: { type: 'string', default: 'red' },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
}
const version = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  subresources: { status: {} },
}

const createWidget = ({ client, namespace }: Bench, name: string, spec: JsonObject) =>
  client.create(
    widgets,
    { namespace },
    { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name }, spec },
  )

/** Defines the kind that the cases are about, and waits until it is served; returns how to take it away. */
export async function defineWidgets({ client }: Bench): Promise<() => Promise<void>> {
  const names = { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] }
  const name = `widgets.${group}`
  const spec = { group, scope: 'Namespaced', names, versions: [version] }
  await client.create(kinds.customResourceDefinitions, {}, { metadata: { name }, spec })
  while (!(await client.list(widgets).then(isThere, isNotThere))) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  return () => client.delete(kinds.customResourceDefinitions, { name })
}

const isThere = () => true
const isNotThere = () => false

type WrongWidget = readonly [spec: JsonObject, field: string, reason: string]

const wrongWidgets: readonly WrongWidget[] = [
  [{ size: 0 }, 'spec.size', 'FieldValueInvalid'],
  [{}, 'spec.size', 'FieldValueRequired'],
]

function refusesWidget([spec, field, reason]: WrongWidget): Case {
  return [
    `a widget of ${JSON.stringify(spec)} is refused`,
    async (bench) => {
      const refusal = await refusalOf(createWidget(bench, 'b', spec))
      expect(refusal).toMatchObject({ code: 422, reason: 'Invalid' })
      expect(refusal.details?.causes).toContainEqual(expect.objectContaining({ field, reason }))
    },
  ]
}

/** What holds of kinds that a definition adds. */
export const customCases: readonly Case[] = [
  ...wrongWidgets.map(refusesWidget),
  [
    'a widget is filled in, pruned and split as its schema says',
    async (bench) => {
      const made = await createWidget(bench, 'a', { size: 2, foo: 1 })
      expect(made).toMatchObject({ metadata: { generation: 1 }, spec: { size: 2, color: 'red' } })
      expect(made).not.toHaveProperty('spec.foo')
      const body = { spec: { size: 9 }, status: { phase: 'Done' } }
      const status = at(bench, 'a', 'status')
      const written = await bench.client.patch(widgets, status, { type: 'merge', body })
      expect(written).toMatchObject({
        metadata: { generation: 1 },
        spec: { size: 2 },
        status: { phase: 'Done' },
      })
      const resize = { type: 'merge', body: { spec: { size: 3 } } } as const
      const resized = await bench.client.patch(widgets, at(bench, 'a'), resize)
      expect(resized).toMatchObject({ metadata: { generation: 2 }, status: { phase: 'Done' } })
    },
  ],
  [
    'a widget takes no strategic merge patches',
    async (bench) => {
      await createWidget(bench, 'a', { size: 1 })
      const { client, namespace } = bench
      const patch = { type: 'strategic', body: {} } as const
      const refusal = await refusalOf(client.patch(widgets, { namespace, name: 'a' }, patch))
      expect(refusal).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
    },
  ],
]
