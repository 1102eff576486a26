import { BaseError } from '@nexqloud/kernel'

/** A namespace names a webhook that notices are not sent to. */
export class InvalidWebhookError extends BaseError {
  constructor(text: string) {
    super(`"${text}" is no webhook.`, {
      code: 'WEBHOOK_INVALID',
      kind: 'invalid',
      hint: 'Write https://HOST/PATH: no other port, no user, no password.',
    })
  }
}

/** A notice did not arrive, however often it was sent. */
export class WebhookFailedError extends BaseError {
  constructor(address: string, attempts: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`${address} took no notice in ${attempts} attempts: ${why}`, {
      code: 'WEBHOOK_FAILED',
      kind: 'unavailable',
      hint: 'It has to answer a POST with a status from 200 to 299 within 10 seconds; the event in the namespace says the same.',
      cause,
    })
  }
}
