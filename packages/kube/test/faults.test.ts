import { expect, test } from 'vitest'

import { kinds, pathOf } from '../src/client/kind.ts'
import type { Json } from '../src/json.ts'
import { openEmbedded } from './embedded.ts'

const path = pathOf(kinds.configMaps, { namespace: 'default' })

async function setup() {
  const { server, store } = await openEmbedded()
  const create = (body: Json) =>
    server.handle({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      accept: '*/*',
      contentType: '',
      body,
      user: { name: 'alice', groups: [], namespaces: ['default'] },
      signal: new AbortController().signal,
    })
  return { create, store }
}

const many = (value: Json) => Array.from({ length: 20_000 }, () => value)

test.each([
  ['wrong', '', 422],
  ['of another type', 0, 400],
])(
  'of thousands that are %s the first are told, and how many there are',
  async (_, value, status) => {
    const { create } = await setup()
    const answer = await create({ metadata: { name: 'a', finalizers: many(value) } })
    expect(answer.status).toBe(status)
    const text = JSON.stringify(answer.body)
    expect(text).toContain('19900 more are not told')
    expect(text.length).toBeLessThan(100_000)
  },
)

test('what was left out is told in a header that every client takes', async () => {
  const { create, store } = await setup()
  const names = [...Array.from({ length: 20_000 }, (_, at) => `field-${at}`), 'größe\n語']
  for (const [at, unknown] of [names, names.slice(-1), ['x'.repeat(10_000)]].entries()) {
    const fields = Object.fromEntries(unknown.map((name) => [name, 1]))
    const { status, headers } = await create({ metadata: { name: `a${at}` }, ...fields })
    expect(status).toBe(201)
    expect(headers?.['warning']).toMatch(/^299 - [\x20-\x7e]{1,4090}$/)
  }
  expect(store.list('configmaps')).toHaveLength(3)
})
