import { EngineFailedError } from '../errors.ts'
import type { ImageId } from '../image/image.ts'
import { formatMark, isMarkName, parseMark, type FoundMark, type ImageMark } from '../image/mark.ts'
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

/** Podman forgets one of two names that change at once, and fails to list while an image goes. */
const MOST_TRIES = 5

/** Lists all images of the machine. */
export async function listStoredImages(connection: Connection): Promise<readonly StoredImage[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listOnce(connection)
    } catch (failure) {
      const isBusy = failure instanceof EngineFailedError && failure.status === 500
      if (!isBusy || tries === MOST_TRIES) throw failure
    }
  }
}

async function listOnce({ ask, owner }: Connection): Promise<readonly StoredImage[]> {
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

/** Marks an image; by its id, since its name may be gone. */
export async function markImage(
  connection: Connection,
  id: ImageId,
  mark: ImageMark,
): Promise<void> {
  const { repo, tag } = formatMark(connection.owner, mark)
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await connection.tell({
      asked: `mark image ${id}`,
      call: (docker) => docker.getImage(id).tag({ repo, tag }),
    })
    const stored = await findStoredImage(connection, id)
    if (stored?.marks.some(({ name }) => name === `${repo}:${tag}`) ?? false) return
  }
  throw new EngineFailedError(`mark image ${id}`, { reason: 'it forgets the mark' })
}

/** Takes an image's marks away, and the image where nothing else holds it. */
export async function giveUpImage(connection: Connection, id: ImageId): Promise<void> {
  // A name that was taken away comes back where another owner takes one away at the same moment.
  let timesGone = 0
  for (let tries = 0; tries < MOST_TRIES && timesGone < 2; tries += 1) {
    const stored = await findStoredImage(connection, id)
    if (stored === undefined || stored.marks.length === 0) {
      timesGone += 1
      continue
    }
    timesGone = 0
    const { marks, tags, digests, isShared, isOfOthers } = stored
    const isOursAlone = tags.length === 0 && !isShared && !isOfOthers
    // The mark goes last: what is still in use is found again.
    const names = [...(isOursAlone ? digests : []), ...marks.map(({ name }) => name)]
    for (const name of names) await removeImageName(connection, name)
  }
}

async function findStoredImage(
  connection: Connection,
  id: ImageId,
): Promise<StoredImage | undefined> {
  return (await listStoredImages(connection)).find((one) => one.id === id)
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
