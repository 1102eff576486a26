import { statusError } from '../status-error.ts'
import type { ApiRequest } from './request.ts'

/** What a request is about, as authorisation and routing see it. */
export type RequestInfo = {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'
  readonly group: string
  readonly version: string
  /** Empty where the request is about all namespaces, or about none. */
  readonly namespace: string
  readonly resource: string
  readonly name: string
  readonly subresource: string
}

/**
 * Returns what a request is about; nothing where its path is none of a resource.
 * Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
 *
 * @throws {@link StatusError} where the method does nothing.
 */
export function parseRequestInfo({ method, path, query }: ApiRequest): RequestInfo | undefined {
  const parts = path.split('/').filter(Boolean).map(decodePart)
  const place = parseGroup(parts)
  if (place === undefined) return undefined
  const { group, version } = place
  const { namespace, below } = parseNamespace(place.rest)
  const [resource = '', name = '', subresource = '', ...more] = below
  if (resource === '' || more.length > 0) return undefined
  // A name and `watch` together ask for that one object, as ever.
  const isWatch = name === '' && ['true', '1'].includes(query.get('watch') ?? '')
  const verb = verbOf({ method, isCollection: name === '', isWatch })
  const own = resource === 'namespaces' && group === '' ? name : namespace
  return { verb, group, version, namespace: own, resource, name, subresource }
}

function parseNamespace(rest: readonly string[]) {
  const [first, namespace = '', third = ''] = rest
  const isInside = first === 'namespaces' && third !== '' && !ofNamespaces.has(third)
  return isInside ? { namespace, below: rest.slice(2) } : { namespace: '', below: rest }
}

/** What lies below a namespace itself, and is no resource inside of it. */
const ofNamespaces = new Set(['status', 'finalize'])

function parseGroup(parts: readonly string[]) {
  const [root = '', first = '', second = '', ...rest] = parts
  if (root === 'api' && first !== '') {
    return { group: '', version: first, rest: second === '' ? [] : [second, ...rest] }
  }
  return root === 'apis' && second !== '' ? { group: first, version: second, rest } : undefined
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw statusError('BadRequest', `The path has "${part}", which is no URL encoding.`)
  }
}

function verbOf(request: {
  readonly method: string
  readonly isCollection: boolean
  readonly isWatch: boolean
}): RequestInfo['verb'] {
  const { method, isCollection, isWatch } = request
  if (method === 'GET' || method === 'HEAD') {
    if (isWatch) return 'watch'
    return isCollection ? 'list' : 'get'
  }
  if (method === 'POST') return 'create'
  if (method === 'PUT') return 'update'
  if (method === 'PATCH') return 'patch'
  if (method === 'DELETE' && !isCollection) return 'delete'
  throw statusError(
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  )
}
