import { fieldsOf, stringOf } from '../../json.ts'
import { withMeta } from '../../object.ts'
import { bindPod } from '../../resource/kind/pod.ts'
import { present, toIso } from '../../resource/write-rules.ts'
import { statusError, successStatus } from '../../status-error.ts'
import { commit } from '../commit.ts'
import type { ResourceRequest } from '../context.ts'
import { answer, type ApiResponse } from '../request.ts'
import { decodeBody } from './decode.ts'
import { endObject, toDeletion } from './delete.ts'
import { keyOf } from './write.ts'

/** Binds a pod to a node, once. */
export async function createBinding(asked: ResourceRequest): Promise<ApiResponse> {
  const { context, request, info, type } = asked
  const body = decodeBody('V1Binding', request.body)
  const node = stringOf(fieldsOf(body['target'])['name'])
  const metadata = fieldsOf(body['metadata'])
  if (node === '') throw statusError('BadRequest', 'The binding has no target.name.')
  await commit(asked, keyOf(asked, info.name), (current) => {
    const pod = present(type, info.name, current)
    const uid = stringOf(metadata['uid'])
    if (uid !== '' && uid !== pod.metadata.uid) throw refuse(info.name, `its UID is not ${uid}`)
    if (pod.metadata.deletionTimestamp !== undefined) throw refuse(info.name, 'it is being deleted')
    const bound = stringOf(pod.spec?.['nodeName'])
    if (bound !== '')
      throw refuse(info.name, `pod ${info.name} is already assigned to node "${bound}"`)
    const annotations = { ...pod.metadata.annotations, ...fieldsOf(metadata['annotations']) }
    const next = bindPod(pod, node, toIso(context.clock.wallMs()))
    return Object.keys(annotations).length === 0
      ? next
      : withMeta(next, { annotations: annotations as Record<string, string> })
  })
  return answer(201, successStatus(201))
}

function refuse(name: string, why: string) {
  const message = `Operation cannot be fulfilled on pods/binding "${name}": ${why}`
  return statusError('Conflict', message, { details: { name, kind: 'pods/binding' } })
}

/** Evicts a pod: it is asked to end. */
export async function createEviction(asked: ResourceRequest): Promise<ApiResponse> {
  const { request, info } = asked
  const options = fieldsOf(decodeBody('V1Eviction', request.body)['deleteOptions'])
  await endObject(asked, info.name, toDeletion(options))
  return answer(201, successStatus(201))
}
