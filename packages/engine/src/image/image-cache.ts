import type { ContainerEngine } from '../container-engine.ts'
import { ImagePullError } from './errors.ts'
import type { Image, ImageId, PullRequest } from './image.ts'

/** An image, and when it was last wanted. */
export type CachedImage = {
  readonly id: ImageId
  readonly sizeBytes: number
  readonly lastUsedMs: number
  /** Whether a container of ours is made of it. */
  readonly isInUse: boolean
}

/** One that was wanted so lately is kept: its container may not be made yet (kubelet: `imageMinimumGCAge`). */
const YOUNG_MS = 120_000

/** Returns the images to remove so that all together are within the limit: those that were not wanted longest, first. */
export function selectEvictions(
  images: readonly CachedImage[],
  { limitBytes, nowMs }: { readonly limitBytes: number; readonly nowMs: number },
): readonly ImageId[] {
  let total = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const evicted: ImageId[] = []
  for (const image of images.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)) {
    if (total <= limitBytes) break
    if (image.isInUse || nowMs - image.lastUsedMs < YOUNG_MS) continue
    evicted.push(image.id)
    total -= image.sizeBytes
  }
  return evicted
}

/** Images that are kept for the next time, within a limit. */
export type ImageCache = {
  /**
   * Brings an image, as {@link ContainerEngine.pullImage} does, and makes room.
   *
   * @throws {@link ImagePullError}; `ImageTooLarge` where it alone is above the limit.
   */
  readonly pull: (request: PullRequest) => Promise<Image>
  /** Removes what is above the limit; returns what was removed. */
  readonly trim: () => Promise<readonly ImageId[]>
}

type CacheOptions = {
  readonly engine: Pick<
    ContainerEngine,
    'pullImage' | 'listImages' | 'removeImage' | 'listContainers'
  >
  readonly limitBytes: number
  /** Milliseconds from anywhere; never falls. */
  readonly nowMs: () => number
}

/** Returns a cache; what was pulled before counts as wanted when it is first seen. */
export function createImageCache({ engine, limitBytes, nowMs }: CacheOptions): ImageCache {
  const lastUsedMs = new Map<ImageId, number>()

  async function trim(): Promise<readonly ImageId[]> {
    const [images, containers] = [await engine.listImages(), await engine.listContainers()]
    const used = new Set(containers.map(({ image }) => image))
    const known = new Set(images.map(({ id }) => id))
    for (const id of lastUsedMs.keys()) if (!known.has(id)) lastUsedMs.delete(id)
    for (const id of new Set([...known, ...used])) {
      if (used.has(id) || !lastUsedMs.has(id)) lastUsedMs.set(id, nowMs())
    }
    const cached = images.map(({ id, sizeBytes }) => ({
      id,
      sizeBytes,
      lastUsedMs: lastUsedMs.get(id) ?? nowMs(),
      isInUse: used.has(id),
    }))
    const evicted = selectEvictions(cached, { limitBytes, nowMs: nowMs() })
    for (const id of evicted) await engine.removeImage(id)
    return evicted
  }

  return {
    trim,
    pull: async (request) => {
      const image = await pullUnlessTooLarge(engine, request, limitBytes)
      if (image.sizeBytes > limitBytes) {
        await engine.removeImage(image.id)
        throw tooLarge(request.image, image.sizeBytes, limitBytes)
      }
      lastUsedMs.set(image.id, nowMs())
      await trim()
      return image
    },
  }
}

/** Layers are smaller while they are brought than once they are here: what is too large by then need not come at all. */
async function pullUnlessTooLarge(
  engine: Pick<ContainerEngine, 'pullImage'>,
  request: PullRequest,
  limitBytes: number,
): Promise<Image> {
  const stop = new AbortController()
  const { signal = stop.signal } = request
  return engine.pullImage({
    ...request,
    signal: AbortSignal.any([signal, stop.signal]),
    onProgress: (progress) => {
      const bytes = Math.max(progress.currentBytes, progress.totalBytes)
      if (bytes > limitBytes) stop.abort(tooLarge(request.image, bytes, limitBytes))
      else request.onProgress?.(progress)
    },
  })
}

function tooLarge(image: string, bytes: number, limitBytes: number): ImagePullError {
  const detail = `it has ${bytes} bytes; the cache may hold ${limitBytes}.`
  return new ImagePullError(image, { reason: 'ImageTooLarge', detail })
}
