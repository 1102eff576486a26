import { BaseError } from '@nexqloud/kernel'

/** A registry of images cannot be asked now. */
export class RegistryAwayError extends BaseError {
  constructor(registry: string, why: string, cause?: unknown) {
    super(`The registry ${registry} cannot be asked: ${why}.`, {
      code: 'REGISTRY_AWAY',
      kind: 'unavailable',
      hint: 'Try again in a moment; or name an image of another registry.',
      cause,
    })
  }
}
