import { InvalidWebhookError } from './errors.ts'

/**
 * Returns where notices go: `https://` at its usual port, without credentials.
 *
 * @throws {@link InvalidWebhookError}
 */
export function parseWebhook(text: string): URL {
  const url = URL.parse(text)
  const isPlain = url?.username === '' && url.password === '' && url.port === ''
  if (url === null || url.protocol !== 'https:' || !isPlain) throw new InvalidWebhookError(text)
  return url
}
