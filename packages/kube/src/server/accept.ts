import { statusError } from '../status-error.ts'

/**
 * Returns whether the first form of an Accept header that is served is a table; every client that asks for protobuf takes JSON too.
 *
 * @throws {@link StatusError} where it takes neither objects nor tables in JSON.
 */
export function wantsTable(accept: string): boolean {
  for (const range of accept.split(',')) {
    const [media = '', ...parameters] = range.split(';').map((part) => part.trim())
    if (!['application/json', 'application/*', '*/*', ''].includes(media)) continue
    const form = parameters.find((part) => part.startsWith('as='))
    if (form === undefined) return false
    if (form === 'as=Table' && parameters.includes('v=v1')) return true
  }
  const message = 'only the following media types are accepted: application/json'
  throw statusError('NotAcceptable', message, { hint: 'Send Accept: application/json.' })
}
