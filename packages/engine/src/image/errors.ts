import { BaseError } from '@nexqloud/kernel'

/** Why an image is not here; words that programs may rely on. */
export type ImageReason =
  | 'InvalidImageName'
  | 'ImageNotFound'
  | 'ImageUnauthorized'
  | 'ImageArchitecture'
  | 'ImageTooLarge'
  | 'DigestMismatch'
  | 'RegistryUnavailable'
  | 'DiskFull'
  | 'ErrImagePull'

/** What to do about each reason, and what sort of failure it is. */
const advice = {
  InvalidImageName: ['invalid', 'Write it as [registry/]repository[:tag][@sha256:digest].'],
  ImageNotFound: [
    'notFound',
    'Check repository, tag and digest; a private image needs credentials.',
  ],
  ImageUnauthorized: ['unauthorized', 'Check user name and password for this registry.'],
  ImageArchitecture: [
    'invalid',
    'Build it for this architecture too, or choose a device of its own.',
  ],
  ImageTooLarge: ['invalid', 'Make the image smaller, or give the image cache more room.'],
  DigestMismatch: ['invalid', 'Pin the digest that the registry serves, if you trust it.'],
  RegistryUnavailable: [
    'unavailable',
    'Check that the registry is up and reachable from the device.',
  ],
  DiskFull: ['unavailable', 'Make room on the disk of the container engine.'],
  ErrImagePull: ['internal', 'Look into the log of the container engine.'],
} as const satisfies Record<ImageReason, readonly [BaseError['kind'], string]>

/** An image could not be brought. */
export class ImagePullError extends BaseError {
  readonly reason: ImageReason
  readonly image: string

  constructor(image: string, { reason, detail }: { reason: ImageReason; detail: string }) {
    const [kind, hint] = advice[reason]
    super(`Image ${image}: ${detail}`, { code: 'ENGINE_IMAGE_PULL', kind, hint })
    this.reason = reason
    this.image = image
  }
}

/** There is no such image among those that were pulled here. */
export class ImageNotFoundError extends BaseError {
  readonly image: string

  constructor(image: string, owner: string) {
    super(`${owner} has not pulled the image ${image}.`, {
      code: 'ENGINE_IMAGE_NOT_FOUND',
      kind: 'notFound',
      hint: 'Pull the image first.',
    })
    this.image = image
  }
}
