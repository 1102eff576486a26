import { createHash } from 'node:crypto'

import { apiVersionOf, type ResourceType } from '../resource/resource-type.ts'
import { answer, type ApiResponse } from './request.ts'

/**
 * Answers the index of OpenAPI v3, or the document of one group's version: only that each kind may be patched, and that the
 * server checks fields. More is asked for by `kubectl explain` alone. Nothing where the path asks for something else.
 */
export function describeOpenApi(
  path: string,
  types: readonly ResourceType[],
): ApiResponse | undefined {
  if (path === '/openapi/v3' || path === '/openapi/v3/') return answer(200, indexOf(types))
  const place = path.slice('/openapi/v3/'.length)
  if (!path.startsWith('/openapi/v3/')) return undefined
  const served = types.filter((type) => placeOf(type) === place)
  return served.length === 0 ? undefined : answer(200, documentOf(served))
}

function placeOf(type: ResourceType): string {
  return `${type.group === '' ? 'api' : 'apis'}/${apiVersionOf(type)}`
}

function indexOf(types: readonly ResourceType[]) {
  const places = [...new Set(types.map(placeOf))]
  const entries = places.map((place) => {
    const document = documentOf(types.filter((type) => placeOf(type) === place))
    const hash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
    return [place, { serverRelativeURL: `/openapi/v3/${place}?hash=${hash}` }] as const
  })
  return { paths: Object.fromEntries(entries) }
}

function documentOf(types: readonly ResourceType[]) {
  const paths = types.map((type) => {
    const scope = type.isNamespaced ? '/namespaces/{namespace}' : ''
    const { group, version, kind } = type
    const patch = {
      parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
      responses: {},
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version, kind },
    }
    return [`/${placeOf(type)}${scope}/${type.plural}/{name}`, { patch }] as const
  })
  const info = { title: 'Kubernetes', version: 'v1.36.3' }
  return { openapi: '3.0.0', info, paths: Object.fromEntries(paths) }
}
