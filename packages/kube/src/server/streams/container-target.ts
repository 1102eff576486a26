import { fieldsOf, itemsOf, stringOf, type JsonObject } from '../../json.ts'
import { groupResource } from '../../resource/resource-type.ts'
import { present } from '../../resource/write-rules.ts'
import { statusError } from '../../status-error.ts'
import type { ResourceRequest } from '../context.ts'
import type { ContainerTarget, KubeletStreams } from './kubelet-streams.ts'

/** A container, and who reaches it. */
export type ReachableContainer = {
  readonly target: ContainerTarget
  readonly streams: KubeletStreams
}

/**
 * Returns the container that a request is about: the one it names, or the only one.
 *
 * @throws {@link StatusError} where there is none, or the pod is on no node.
 */
export function findContainer({
  context,
  request,
  info,
  type,
}: ResourceRequest): ReachableContainer {
  const { namespace, name } = info
  const pod = present(
    type,
    name,
    context.store.get({ resource: groupResource(type), namespace, name }),
  )
  const names = ['containers', 'initContainers'].flatMap((list) =>
    itemsOf(pod.spec?.[list]).map((container) => stringOf(container['name'])),
  )
  const container = request.query.get('container') || names[0] || ''
  if (!names.includes(container)) {
    const message = `container ${container} is not valid for pod ${name}`
    throw statusError('BadRequest', message, { hint: `Choose one of ${names.join(', ')}.` })
  }
  const node = stringOf(pod.spec?.['nodeName'])
  if (node === '') {
    throw statusError('BadRequest', `pod ${name} does not have a host assigned`, {
      hint: 'Wait until the pod is scheduled; kubectl describe says what it waits for.',
    })
  }
  const why = whyNotStarted(fieldsOf(pod['status']), container)
  if (why !== undefined) {
    const message = `container ${container} in pod ${name} has not started: ${why}`
    throw statusError('BadRequest', message)
  }
  if (context.streams === undefined) {
    throw statusError('ServiceUnavailable', 'Nobody here reaches the containers of nodes.')
  }
  const target = { node, namespace, pod: name, uid: pod.metadata.uid ?? '', container }
  return { target, streams: context.streams }
}

/** A container that has run once has a log; of one that never did, its status says why. */
function whyNotStarted(status: JsonObject, container: string): string | undefined {
  const own = itemsOf(status['containerStatuses']).find(({ name }) => name === container)
  if (own === undefined) return stringOf(status['phase']) === 'Failed' ? textOf(status) : undefined
  const { waiting } = fieldsOf(own['state'])
  const { terminated } = fieldsOf(own['lastState'])
  if (waiting === undefined || terminated !== undefined) return undefined
  return textOf(fieldsOf(waiting))
}

function textOf({ reason, message }: JsonObject): string {
  return [reason, message]
    .map(stringOf)
    .filter((text) => text !== '')
    .join(': ')
}
