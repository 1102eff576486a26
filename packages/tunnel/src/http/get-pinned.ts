import type { LinkEndpoint } from '../link/dial-link.ts'
import { LinkDialError } from '../link/errors.ts'
import { askPinned, type PinnedQuestion } from './ask-pinned.ts'

/** What is read at a masternode's public door. */
export type PinnedRequest = Omit<PinnedQuestion, 'body'>

/**
 * Returns what is at a path of a masternode, whose key is the one that the chain names; nothing where nothing is there.
 *
 * It throws as {@link askPinned} does.
 */
export async function getPinned(
  endpoint: LinkEndpoint,
  request: PinnedRequest,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const { status, body } = await askPinned(endpoint, request, signal)
  if (status === 404) return undefined
  if (status === 200) return body
  const answers = new Error(`it answers ${status}.`)
  throw new LinkDialError(`${endpoint.host}:${endpoint.port}`, answers)
}
