import { createHash } from 'node:crypto'

/**
 * What is remembered of an image that was pulled here: it stands in a tag of the image itself, so that it is there after
 * a restart, and goes with the image.
 */
export type ImageMark = {
  readonly digest: string
  /** Whether credentials were needed, so that nobody else gets it without. */
  readonly isPrivate: boolean
  /** Whether the image was on the machine before, so that it is given up, but never deleted. */
  readonly isShared: boolean
}

/** Never the name of a registry (RFC 2606). */
const HOST = 'nexqloud.invalid'
const MARK = /^(public|private)(-shared)?:sha256-([0-9a-f]{64})$/

/** Returns the beginning of all marks of an owner, as a name of images. */
export function markPrefix(owner: string): string {
  return `${HOST}/${createHash('sha256').update(owner).digest('hex').slice(0, 16)}/`
}

/** Returns the repository and the tag that say so. */
export function formatMark(
  owner: string,
  mark: ImageMark,
): { readonly repo: string; readonly tag: string } {
  const kind = `${mark.isPrivate ? 'private' : 'public'}${mark.isShared ? '-shared' : ''}`
  return { repo: `${markPrefix(owner)}${kind}`, tag: mark.digest.replace(':', '-') }
}

/** Returns what a name of an image says; nothing where it is no mark of this owner. */
export function parseMark(owner: string, name: string): ImageMark | undefined {
  const prefix = markPrefix(owner)
  if (!name.startsWith(prefix)) return undefined
  const [, access, shared, hex] = MARK.exec(name.slice(prefix.length)) ?? []
  if (access === undefined || hex === undefined) return undefined
  return {
    digest: `sha256:${hex}`,
    isPrivate: access === 'private',
    isShared: shared !== undefined,
  }
}
