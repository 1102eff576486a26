/** A kind that a test defines: `Thing`, whose name and metadata all are that is looked at. */

import type { Kind } from '../src/client/kind.ts'
import type { JsonObject } from '../src/json.ts'

/** The kind, for a client. */
export const things: Kind<object> = {
  group: 'a.b',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  isNamespaced: true,
}

/** Returns its definition; whatever else is in an object is kept where its schema says so. */
export function defineThings(schema: JsonObject = { type: 'object' }) {
  const versions = [
    { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } },
  ]
  const names = { plural: 'things', kind: 'Thing' }
  return {
    metadata: { name: 'things.a.b' },
    spec: { group: 'a.b', scope: 'Namespaced', names, versions },
  }
}

/** Returns one of them. */
export function thingOf(name: string) {
  return { apiVersion: 'a.b/v1', kind: 'Thing', metadata: { name } }
}
