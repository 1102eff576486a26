import { EngineFailedError } from '../errors.ts'
import { ImagePullError } from '../image/errors.ts'
import type { Image, ImageStore, PullRequest } from '../image/image.ts'
import {
  formatImageReference,
  findImageReference,
  parseImageReference,
  type ImageReference,
} from '../image/reference.ts'
import { imageAnswer } from './answers.ts'
import type { Connection } from './connection.ts'
import type { Dialect } from './dialect.ts'
import { pullFromRegistry } from './pull-from-registry.ts'
import { giveUpImage, listStoredImages, markImage, removeImageName } from './stored-image.ts'

type ParsedRequest = PullRequest & { readonly reference: ImageReference }
type Machine = { readonly architecture: string; readonly dialect: Dialect }

const MOST_ATTEMPTS = 5

/** Returns the images of a connection's owner on a machine. */
export function createImageStore(connection: Connection, machine: Machine): ImageStore {
  const { architecture } = machine
  /** One pull of a repository at a time: each takes away the names that it did not find. */
  const turns = new Map<string, Promise<unknown>>()

  function inTurn<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const before = turns.get(key) ?? Promise.resolve()
    const turn = before.catch(() => {}).then(action)
    turns.set(key, turn)
    return turn.finally(() => {
      if (turns.get(key) === turn) turns.delete(key)
    })
  }

  async function findPublic(digest: string): Promise<Image | undefined> {
    const stored = await listStoredImages(connection)
    const found = stored.find(({ marks }) =>
      marks.some((one) => one.digest === digest && !one.isPrivate),
    )
    return found && { id: found.id, digest, architecture, sizeBytes: found.sizeBytes }
  }

  return {
    pull: async (request) => {
      const reference = parseImageReference(request.image)
      const { repository, digest } = reference
      if (digest !== undefined && request.credentials === undefined) {
        const found = await findPublic(digest)
        if (found !== undefined) return found
      }
      return inTurn(repository, () =>
        pullUntilFound(connection, machine, { ...request, reference }),
      )
    },
    list: async () =>
      (await listStoredImages(connection)).flatMap(({ id, sizeBytes, marks: [first] }) =>
        first === undefined ? [] : [{ id, digest: first.digest, architecture, sizeBytes }],
      ),
    remove: (id) => giveUpImage(connection, id),
  }
}

/** Another owner who pulls the same may take the name away before it was looked at; then it is pulled again. */
async function pullUntilFound(
  connection: Connection,
  machine: Machine,
  request: ParsedRequest,
): Promise<Image> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pullAnew(connection, machine, request)
    } catch (failure) {
      const isLost = failure instanceof EngineFailedError && failure.status === 404
      if (!isLost || attempt === MOST_ATTEMPTS) throw failure
    }
  }
}

async function pullAnew(
  connection: Connection,
  { architecture, dialect }: Machine,
  { reference, ...request }: ParsedRequest,
): Promise<Image> {
  const name = formatImageReference(reference)
  const before = await listStoredImages(connection)
  const said = await pullFromRegistry(connection, dialect, { ...request, image: name })
  const answer = await connection.ask(
    { asked: `inspect image ${name}`, call: (docker) => docker.getImage(name).inspect() },
    imageAnswer,
  )
  const found = before.find(({ id }) => id === answer.Id)
  const digest = digestOf(answer.RepoDigests, { ...reference, digest: reference.digest ?? said })
  if (answer.Architecture !== architecture || digest === undefined) {
    if (found === undefined) await removeImageName(connection, name)
    throw refuse(name, { ...answer, digest, wanted: architecture })
  }
  const isPrivate = request.credentials !== undefined
  const isShared = found?.isShared ?? false
  await markImage(connection, answer.Id, { digest, isPrivate, isShared })
  const isTheirs = before.some(({ tags }) => tags.some((tag) => isSameName(tag, name)))
  if (reference.digest === undefined && !isTheirs) await removeImageName(connection, name)
  return { id: answer.Id, digest, architecture, sizeBytes: answer.Size }
}

/** Returns the digest under which an image is known in its repository. */
function digestOf(
  names: readonly string[],
  { registry, repository, digest }: Omit<ImageReference, 'digest'> & { digest: string | undefined },
): string | undefined {
  const digests = names
    // Engines give names that nobody can ask for (`<none>:<none>`), and the machine's owner may have others.
    .flatMap((name) => findImageReference(name) ?? [])
    .filter((one) => one.registry === registry && one.repository === repository)
    .flatMap((one) => one.digest ?? [])
  return digest === undefined ? digests[0] : digests.find((one) => one === digest)
}

function isSameName(tag: string, name: string): boolean {
  const known = findImageReference(tag)
  return known !== undefined && formatImageReference(known) === name
}

type Found = {
  readonly digest: string | undefined
  readonly Architecture: string
  readonly wanted: string
}

function refuse(image: string, { digest, Architecture, wanted }: Found): ImagePullError {
  if (digest === undefined) {
    const detail = 'the engine has it under another digest.'
    return new ImagePullError(image, { reason: 'DigestMismatch', detail })
  }
  const detail = `it is made for ${Architecture}; this machine is ${wanted}.`
  return new ImagePullError(image, { reason: 'ImageArchitecture', detail })
}
