import { ImagePullError } from './errors.ts'

/** An image's name in full. */
export type ImageReference = {
  /** Host, with its port if it has one: `docker.io`, `127.0.0.1:5000`. */
  readonly registry: string
  /** Path at the registry: `library/nginx`. */
  readonly repository: string
  /** Which of the repository's images; the digest decides where both are given. */
  readonly tag?: string
  /** `sha256:` and 64 hex digits of the manifest. */
  readonly digest?: string
}

/** Grammar of github.com/distribution/reference, without its unused digest algorithms. */
const NAME = /^(?:([a-zA-Z0-9.-]+(?::\d{1,5})?)\/)?([a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*)$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/
const MOST_CHARACTERS = 512

/**
 * Returns the parts of an image's name, as Docker understands it: no registry means `docker.io`, no path there means
 * `library/`, neither tag nor digest means `latest`.
 *
 * @throws {@link ImagePullError} with the reason `InvalidImageName`.
 */
export function parseImageReference(text: string): ImageReference {
  const [beforeDigest = '', digest, ...more] = text.split('@')
  const colon = beforeDigest.lastIndexOf(':')
  const hasTag = colon > beforeDigest.lastIndexOf('/')
  const tag = hasTag ? beforeDigest.slice(colon + 1) : undefined
  const name = splitName(hasTag ? beforeDigest.slice(0, colon) : beforeDigest)
  const isWhole = text.length <= MOST_CHARACTERS && more.length === 0
  if (name === undefined || !isWhole || !isLike(TAG, tag) || !isLike(DIGEST, digest)) {
    const detail = `"${text.slice(0, MOST_CHARACTERS)}" is not the name of an image.`
    throw new ImagePullError(text.slice(0, 64), { reason: 'InvalidImageName', detail })
  }
  if (digest !== undefined) return { ...name, ...(tag !== undefined && { tag }), digest }
  return { ...name, tag: tag ?? 'latest' }
}

/** Returns the parts of an image's name as {@link parseImageReference} does; nothing where it is none. */
export function findImageReference(text: string): ImageReference | undefined {
  try {
    return parseImageReference(text)
  } catch (failure) {
    if (failure instanceof ImagePullError) return undefined
    throw failure
  }
}

/** Returns an image's name in full, by its digest where it has one. */
export function formatImageReference({
  registry,
  repository,
  tag,
  digest,
}: ImageReference): string {
  const name = `${registry}/${repository}`
  return digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`
}

function isLike(pattern: RegExp, text: string | undefined): boolean {
  return text === undefined || pattern.test(text)
}

/** The first part is a registry where it has a dot or a port, or is `localhost`. */
function splitName(text: string): Pick<ImageReference, 'registry' | 'repository'> | undefined {
  const slash = text.indexOf('/')
  const first = text.slice(0, slash)
  const isRegistry = slash > 0 && (/[.:]/.test(first) || first === 'localhost')
  const [, registry, repository] = NAME.exec(isRegistry ? text : `docker.io/${text}`) ?? []
  if (registry === undefined || repository === undefined) return undefined
  const isBare = registry === 'docker.io' && !repository.includes('/')
  return { registry, repository: isBare ? `library/${repository}` : repository }
}
