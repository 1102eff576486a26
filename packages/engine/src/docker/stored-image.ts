import type { ImageId } from '../image/image.ts'
import { isMarkName, parseMark, type FoundMark } from '../image/mark.ts'
import { imageListAnswer } from './answers.ts'
import { ignoreStatus, type Connection } from './connection.ts'

/** An image on the machine, whosesoever. */
export type StoredImage = {
  readonly id: ImageId
  readonly sizeBytes: number
  /** Those of the owner. */
  readonly marks: readonly FoundMark[]
  /** Whether it is the machine's owner's, too: it was here before any of us pulled it. */
  readonly isShared: boolean
  /** Its names beside the marks. */
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  /** Whether other owners have marked it. */
  readonly isOfOthers: boolean
}

/** Lists all images of the machine. */
export async function listStoredImages({
  ask,
  owner,
}: Connection): Promise<readonly StoredImage[]> {
  const call = (docker: Connection['docker']) => docker.listImages()
  const answer = await ask({ asked: 'list images', call }, imageListAnswer)
  return answer.map(({ Id, Size, RepoTags, RepoDigests }) => {
    const marks = RepoTags.flatMap((name) => parseMark(owner, name) ?? [])
    const names = [...new Set([...RepoTags, ...RepoDigests])].filter((name) => !isMarkName(name))
    return {
      id: Id,
      sizeBytes: Size,
      marks: marks.filter(({ isOwn }) => isOwn),
      isOfOthers: marks.some(({ isOwn }) => !isOwn),
      isShared: marks.length === 0 || marks.some(({ isShared }) => isShared),
      // Podman lists an image that was pulled by its digest under that name.
      tags: names.filter((name) => !name.includes('@')),
      digests: names.filter((name) => name.includes('@')),
    }
  })
}

/** Takes an image's marks away, and the image where nothing else holds it. */
export async function giveUpImage(connection: Connection, id: ImageId): Promise<void> {
  const stored = (await listStoredImages(connection)).find((one) => one.id === id)
  if (stored === undefined || stored.marks.length === 0) return
  const { marks, tags, digests, isShared, isOfOthers } = stored
  const isOursAlone = tags.length === 0 && !isShared && !isOfOthers
  // The mark goes last: what is still in use is found again.
  const names = [...(isOursAlone ? digests : []), ...marks.map(({ name }) => name)]
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
