import type { ClientRequest, IncomingMessage } from 'node:http'

/**
 * Resolves with the answer to a request. Rejects where it ends without one: as it fails, or as whoever is asked goes over to another protocol (101), of
 * which Node tells nothing but the close, and which no signal ends any more.
 */
export function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve)
    asked.on('error', reject)
    asked.once('close', () => reject(new Error('it ended without an answer.')))
  })
}
