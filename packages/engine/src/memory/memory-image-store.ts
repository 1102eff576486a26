import { ImagePullError } from '../image/errors.ts'
import type { Image, ImageId, ImageStore, RegistryCredentials } from '../image/image.ts'
import {
  formatImageReference,
  parseImageReference,
  type ImageReference,
} from '../image/reference.ts'
import type { MemoryImage, MemoryRegistry } from './memory-image.ts'

type Pulled = { readonly image: MemoryImage; isPrivate: boolean }

/** The images of a memory engine, and what runs in them. */
export type MemoryImageStore = ImageStore & {
  readonly find: (id: ImageId) => MemoryImage | undefined
}

type Options = {
  readonly registry: MemoryRegistry
  readonly architecture: string
  readonly isUsed: (id: ImageId) => boolean
}

/** Returns a store into which the images of a list can be pulled. */
export function createMemoryImageStore({
  registry,
  architecture,
  isUsed,
}: Options): MemoryImageStore {
  const pulled = new Map<ImageId, Pulled>()

  function present({ digest, sizeBytes }: MemoryImage): Image {
    return { id: idOf(digest), digest, architecture, sizeBytes }
  }

  return {
    find: (id) => pulled.get(id)?.image,
    list: async () => [...pulled.values()].map(({ image }) => present(image)),
    remove: async (id) => {
      if (!isUsed(id)) pulled.delete(id)
    },
    pull: async ({ image: wanted, credentials, onProgress, signal }) => {
      signal?.throwIfAborted()
      const reference = parseImageReference(wanted)
      const known = pulled.get(idOf(reference.digest ?? ''))
      if (known !== undefined && !known.isPrivate && credentials === undefined) {
        return present(known.image)
      }
      const image =
        typeof registry === 'function' ? registry(reference) : findImage(registry, reference)
      assertGiven(image, credentials)
      if (image.architecture !== architecture) {
        const detail = `it is made for ${image.architecture}; this machine is ${architecture}.`
        throw new ImagePullError(wanted, { reason: 'ImageArchitecture', detail })
      }
      onProgress?.({ currentBytes: image.sizeBytes, totalBytes: image.sizeBytes })
      pulled.set(idOf(image.digest), { image, isPrivate: credentials !== undefined })
      return present(image)
    },
  }
}

function idOf(digest: string): ImageId {
  return digest as ImageId
}

function findImage(registry: readonly MemoryImage[], reference: ImageReference): MemoryImage {
  const name = formatImageReference(reference)
  const isThere = registry.some((image) => registryOf(image.name) === reference.registry)
  if (!isThere) {
    const detail = 'the registry did not answer.'
    throw new ImagePullError(name, { reason: 'RegistryUnavailable', detail })
  }
  const found = registry.find((image) => {
    const { registry: host, repository } = parseImageReference(image.name)
    const byDigest = formatImageReference({ registry: host, repository, digest: image.digest })
    return name === image.name || name === byDigest
  })
  if (found !== undefined) return found
  throw new ImagePullError(name, {
    reason: 'ImageNotFound',
    detail: 'the registry does not have it.',
  })
}

function registryOf(name: string): string {
  return parseImageReference(name).registry
}

function assertGiven(image: MemoryImage, given: RegistryCredentials | undefined): void {
  const wanted = image.credentials
  if (wanted === undefined) return
  if (given?.username === wanted.username && given.password === wanted.password) return
  const detail = 'the registry does not give it to these credentials.'
  throw new ImagePullError(image.name, { reason: 'ImageUnauthorized', detail })
}
