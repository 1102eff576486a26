import type { ContainerId } from '../container/specification.ts'
import { ContainerNotFoundError } from '../errors.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { containerAnswer, type ContainerAnswer } from './answers.ts'
import type { Connection } from './connection.ts'

/** The containers that carry the owner's label, by id; every other one counts as not there. */
export type OwnedContainers = {
  /** @throws {@link ContainerNotFoundError} */
  readonly inspect: (id: ContainerId) => Promise<ContainerAnswer>
  /**
   * Resolves where the container is the owner's. Labels never change and ids are never used again, so each is looked at
   * once.
   *
   * @throws {@link ContainerNotFoundError}
   */
  readonly assertOwned: (id: ContainerId) => Promise<void>
  /** Whether there is such a container of the owner's. */
  readonly isOwned: (id: ContainerId) => Promise<boolean>
}

/** Returns the containers of a connection's owner. */
export function createOwnedContainers({ ask, owner }: Connection): OwnedContainers {
  const known = new Set<ContainerId>()

  async function inspect(id: ContainerId): Promise<ContainerAnswer> {
    const meaning = ({ status }: { status: number }) => {
      if (status !== 404) return undefined
      known.delete(id)
      return new ContainerNotFoundError(id, owner)
    }
    const call = { asked: `inspect container ${id.slice(0, 12)}`, meaning }
    const answer = await ask(
      { ...call, call: (docker) => docker.getContainer(id).inspect() },
      containerAnswer,
    )
    // A name or the beginning of an id would be found too.
    if (answer.Id !== id || answer.Config.Labels[OWNER_LABEL] !== owner) {
      throw new ContainerNotFoundError(id, owner)
    }
    known.add(id)
    return answer
  }

  async function assertOwned(id: ContainerId): Promise<void> {
    if (!known.has(id)) await inspect(id)
  }

  return {
    inspect,
    assertOwned,
    isOwned: (id) =>
      assertOwned(id).then(
        () => true,
        (failure: unknown) => {
          if (failure instanceof ContainerNotFoundError) return false
          throw failure
        },
      ),
  }
}
