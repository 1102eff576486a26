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

/** A mark as it is found, of whichever owner. */
export type FoundMark = ImageMark & {
  /** The name that it is. */
  readonly name: string
  readonly isOwn: boolean
}

/** Never the name of a registry (RFC 2606). */
const HOST = 'nexqloud.invalid'
const MARK = /^nexqloud\.invalid\/([0-9a-f]{16})\/(public|private)(-shared)?:sha256-([0-9a-f]{64})$/

/** Returns the repository and the tag that say so. */
export function formatMark(
  owner: string,
  mark: ImageMark,
): { readonly repo: string; readonly tag: string } {
  const kind = `${mark.isPrivate ? 'private' : 'public'}${mark.isShared ? '-shared' : ''}`
  return { repo: `${HOST}/${hashOf(owner)}/${kind}`, tag: mark.digest.replace(':', '-') }
}

/** Returns what a name of an image says to an owner; nothing where it is no mark. */
export function parseMark(owner: string, name: string): FoundMark | undefined {
  const [, hash, access, shared, hex] = MARK.exec(name) ?? []
  if (access === undefined || hex === undefined) return undefined
  return {
    name,
    isOwn: hash === hashOf(owner),
    digest: `sha256:${hex}`,
    isPrivate: access === 'private',
    isShared: shared !== undefined,
  }
}

/** Whether a name is a mark of any owner's, or Podman's name for one by its digest. */
export function isMarkName(name: string): boolean {
  return name.startsWith(`${HOST}/`)
}

function hashOf(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 16)
}
