import { kinds, type Kind, type KubeClient } from '@nexqloud/kube'
import { expect } from 'vitest'

import { defineKind } from '../src/object/define-kind.ts'

const things: Kind = {
  group: 'test.nexqloud.io',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  isNamespaced: true,
}

/** Defines a kind as an older program does, then as a newer one does, and holds the API to the newer one's. */
export async function expectRedefinition(client: KubeClient): Promise<void> {
  await define(client, { size: { type: 'integer' } })
  const newer = { size: { type: 'integer' }, colour: { type: 'string' } }
  await define(client, newer)
  const replaced = await definitionOf(client)
  expect(replaced.properties).toEqual(newer)
  await define(client, newer)
  expect(await definitionOf(client)).toEqual(replaced)
}

function define(client: KubeClient, properties: object): Promise<void> {
  return defineKind(client, things, { schema: { type: 'object', properties }, columns: [] })
}

async function definitionOf(client: KubeClient) {
  const name = `${things.plural}.${things.group}`
  const { metadata, spec } = await client.get(kinds.customResourceDefinitions, { name })
  const properties = spec.versions[0]?.schema?.openAPIV3Schema?.properties
  return { properties, generation: metadata?.generation }
}
