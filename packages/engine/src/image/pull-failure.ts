import { ImagePullError, type ImageReason } from './errors.ts'

/** What engines and registries say, and what it means; the first that fits. Engines give the text alone. */
const meanings = [
  [/no space left|disk quota exceeded/i, 'DiskFull', 'the disk of the engine is full'],
  [
    /no matching manifest|no image found in .* for architecture/i,
    'ImageArchitecture',
    'it is not made for this architecture',
  ],
  [
    /repository does not exist or may require|manifest unknown|name unknown|not found/i,
    'ImageNotFound',
    'the registry does not have it',
  ],
  [
    /no basic auth/i,
    'ImageUnauthorized',
    'its registry asks for user name and password, and there are none for it',
  ],
  [
    /unauthorized|authentication required|denied|invalid username\/password/i,
    'ImageUnauthorized',
    'the registry does not give it to these credentials',
  ],
  [
    /digest .*mismatch|does not match|unexpected digest/i,
    'DigestMismatch',
    'the registry serves something else under this digest',
  ],
  [
    /dial tcp|lookup |i\/o timeout|timeout|unreachable|connection (?:refused|reset)|EOF|tls:|x509|toomanyrequests|50[234]/i,
    'RegistryUnavailable',
    'the registry did not answer',
  ],
] as const satisfies readonly (readonly [RegExp, ImageReason, string])[]

/** Returns the error that a text of an engine means; it holds the text but for credentials, which engines never repeat. */
export function readPullFailure(image: string, text: string): ImagePullError {
  const [, reason, detail] = meanings.find(([pattern]) => pattern.test(text)) ?? [
    undefined,
    'ErrImagePull',
    'it could not be pulled',
  ]
  return new ImagePullError(image, { reason, detail: `${detail} (${text.slice(0, 500)}).` })
}
