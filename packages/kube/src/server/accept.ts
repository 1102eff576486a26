import { statusError } from '../status-error.ts'

/** How the client wants objects. */
export type Form = 'object' | 'table' | 'metadata'

const forms: Readonly<Record<string, Form>> = {
  '': 'object',
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata',
}

/**
 * Returns the first form of an Accept header that is served; every client that asks for protobuf takes JSON too.
 *
 * @throws {@link StatusError} where it takes none of them.
 */
export function parseAccept(accept: string): Form {
  for (const range of accept.split(',')) {
    const [media = '', ...parameters] = range.split(';').map((part) => part.trim())
    const values = new Map(parameters.map((part) => part.split('=', 2) as [string, string]))
    const form = forms[values.get('as') ?? '']
    const isServed = form === 'object' || (form !== undefined && values.get('v') === 'v1')
    if (isServed && ['application/json', 'application/*', '*/*', ''].includes(media)) return form
  }
  const message = 'only the following media types are accepted: application/json'
  throw statusError('NotAcceptable', message, { hint: 'Send Accept: application/json.' })
}
