import type { ImageId } from '../image/image.ts'
import { markPrefix, parseMark, type ImageMark } from '../image/mark.ts'
import { imageListAnswer } from './answers.ts'
import { ignoreStatus, type Connection } from './connection.ts'

/** An image on the machine, whosesoever. */
export type StoredImage = {
  readonly id: ImageId
  readonly sizeBytes: number
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  /** Those of the owner. */
  readonly marks: readonly ImageMark[]
}

/** Lists all images of the machine. */
export async function listStoredImages({
  ask,
  owner,
}: Connection): Promise<readonly StoredImage[]> {
  const call = (docker: Connection['docker']) => docker.listImages()
  const answer = await ask({ asked: 'list images', call }, imageListAnswer)
  return answer.map(({ Id, Size, RepoTags, RepoDigests }) => ({
    id: Id,
    sizeBytes: Size,
    // Podman lists an image that was pulled by its digest under that name.
    tags: RepoTags.filter((name) => !name.includes('@')),
    digests: [...new Set([...RepoDigests, ...RepoTags])].filter((name) => name.includes('@')),
    marks: RepoTags.flatMap((name) => parseMark(owner, name) ?? []),
  }))
}

/** Takes an image's mark away, and the image where nothing else holds it. */
export async function giveUpImage(connection: Connection, id: ImageId): Promise<void> {
  const stored = (await listStoredImages(connection)).find((one) => one.id === id)
  if (stored === undefined) return
  const isOurs = (name: string): boolean => name.startsWith(markPrefix(connection.owner))
  const ours = stored.tags.filter(isOurs)
  const isOursAlone = ours.length === stored.tags.length
  const isKept = stored.marks.some(({ isShared }) => isShared)
  const digests = stored.digests.filter((name) => !isOurs(name))
  // The mark goes last: what is still in use is found again.
  const names = ours.length > 0 && isOursAlone && !isKept ? [...digests, ...ours] : ours
  for (const name of names) await removeImageName(connection, name)
}

/** Takes a name away from an image, and the image where it was the last; not while a container uses it. */
export async function removeImageName({ tell }: Connection, name: string): Promise<void> {
  await tell({
    asked: `remove the name ${name}`,
    // In use: 409, of Podman 500 too.
    call: (docker) =>
      docker
        .getImage(name)
        .remove()
        .catch(ignoreStatus(404, 409, 500)),
  })
}
