import { isRefusedForGood, StatusError, type KubeClient } from '@nexqloud/kube'

import { ActionError } from '../action/errors.ts'
import { makeWrite, type Write, type WrittenObject } from '../resource/write.ts'
import { requests, type Request } from './request.ts'

/** Told of each object as it is written, in order; of one that was deleted the object is nothing. */
export type OnWritten = (write: Write, object: WrittenObject | undefined) => void

/** What was accepted: kept first, then made. What was kept when somebody died is made by whoever comes next. */
export class RequestLog {
  readonly #client: KubeClient
  readonly #onWritten: OnWritten
  /** The namespaces of which all that was accepted is made. */
  readonly #settled = new Set<string>()

  constructor(client: KubeClient, onWritten: OnWritten) {
    this.#client = client
    this.#onWritten = onWritten
  }

  /** Returns the request of a name, where it was accepted before. */
  async find(namespace: string, name: string): Promise<Request | undefined> {
    try {
      return await this.#client.get(requests, { namespace, name })
    } catch (failure) {
      if (failure instanceof StatusError && failure.reason === 'NotFound') return undefined
      throw failure
    }
  }

  /**
   * Accepts a request: it returns once it is kept and all of it is made.
   *
   * @throws {@link ActionError} where it is too large to be kept: nothing of it is made then.
   */
  async accept(namespace: string, name: string, spec: Request['spec']): Promise<void> {
    try {
      await this.#make(await this.#keep(namespace, name, spec))
    } catch (failure) {
      if (!(failure instanceof ActionError)) this.#settled.delete(namespace)
      throw failure
    }
  }

  /**
   * Makes what was accepted of a namespace and is not made, by this process or by one that led before it. Nothing is to be changed there before: made
   * afterwards, it would be put over what was changed since then. What the API refuses for good keeps nobody from anything.
   */
  async settle(namespace: string): Promise<void> {
    if (this.#settled.has(namespace)) return
    const { items } = await this.#client.list(requests, { namespace })
    for (const request of leftOf(items)) {
      await this.#make(request).catch((failure: unknown) => {
        if (!isRefusedForGood(failure)) throw failure
      })
    }
    this.#settled.add(namespace)
  }

  /** Another process leads, or has led meanwhile: it may accept what it does not make. */
  forget(): void {
    this.#settled.clear()
  }

  async #keep(namespace: string, name: string, spec: Request['spec']): Promise<Request> {
    try {
      return await this.#client.create(requests, { namespace }, { metadata: { name }, spec })
    } catch (failure) {
      if (failure instanceof StatusError && failure.reason === 'RequestEntityTooLarge') {
        throw tooMuchAtOnce()
      }
      throw failure
    }
  }

  /** Makes what was accepted and not made. Nobody is to be served before. What cannot be made keeps nothing else from it. */
  async finish(onFailure: (failure: unknown) => void): Promise<void> {
    const { items } = await this.#client.list(requests)
    for (const request of leftOf(items)) await this.#make(request).catch(onFailure)
  }

  async #make({ metadata = {}, spec }: Request): Promise<void> {
    // No write rests on another one of its request: made together, they share one sync of the disk.
    const made = await Promise.allSettled(
      spec.writes.map(async (write) => ({ write, object: await makeWrite(this.#client, write) })),
    )
    for (const each of made) {
      if (each.status === 'fulfilled') this.#onWritten(each.value.write, each.value.object)
    }
    const failures = made.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    for (const failure of failures) if (!isRefusedForGood(failure)) throw failure
    const { namespace = '', name = '' } = metadata
    const place = { namespace, name, subresource: 'status' }
    // What is refused for good is over, too: the rest of it, made again, would be put over what was changed since.
    await this.#client.patch(requests, place, { type: 'merge', body: { status: { isMade: true } } })
    for (const failure of failures) throw failure
  }
}

function tooMuchAtOnce(): ActionError {
  return new ActionError(
    'ResourceCountExceeded',
    'You have exceeded the number of resources allowed for this request. Break it up into smaller ones.',
  )
}

/** What is not made, the older first. */
function leftOf(all: readonly Request[]): readonly Request[] {
  return all.filter(({ status }) => status?.isMade !== true).toSorted(byTime)
}

function byTime(one: Request, other: Request): number {
  return one.spec.at < other.spec.at ? -1 : 1
}
