import { itemsOf, stringOf } from '../../json.ts'
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
  if (context.streams === undefined) {
    throw statusError('ServiceUnavailable', 'Nobody here reaches the containers of nodes.')
  }
  const target = { node, namespace, pod: name, uid: pod.metadata.uid ?? '', container }
  return { target, streams: context.streams }
}
