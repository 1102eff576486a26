import { fieldsOf, isInt32, stringOf, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { detailsOf, type ResourceType } from '../../resource/resource-type.ts'
import { deleteObject, isHeld, present, type DeleteOptions } from '../../resource/write-rules.ts'
import { statusError, successStatus } from '../../status-error.ts'
import { commit, isDryRun, remove } from '../commit.ts'
import type { ResourceRequest } from '../context.ts'
import { endNamespace } from '../namespace-end.ts'
import { answer, type ApiResponse } from '../request.ts'
import { decodeBody } from './decode.ts'
import { parseWhole } from './read.ts'
import { keyOf } from './write.ts'

/** Deletes an object: at once, or by marking it where it has time or somebody holds it. */
export async function deleteOne(asked: ResourceRequest): Promise<ApiResponse> {
  const { info, type } = asked
  const deleted = await endObject(asked, info.name, parseOptions(asked))
  if (isGone(type, deleted)) {
    const details = { ...detailsOf(type, info.name), uid: deleted.metadata.uid }
    return answer(200, successStatus(200, details))
  }
  return { status: 200, body: { object: deleted } }
}

/** Asks an object to end, and returns it as it is then, or as it was last. */
export async function endObject(
  asked: ResourceRequest,
  name: string,
  options: DeleteOptions,
): Promise<KubeObject> {
  const { context, type } = asked
  const key = keyOf(asked, name)
  const nowMs = context.clock.wallMs()
  const found = context.store.get(key)
  if (options.isDryRun || isDryRun(asked.request.query.getAll('dryRun'))) {
    return deleteObject(type, present(type, name, found), { options, nowMs })
  }
  if (found !== undefined && isGone(type, found)) {
    return remove(asked, key, (current) => {
      const marked = deleteObject(type, present(type, name, current), { options, nowMs })
      return isHeld(marked) ? marked : undefined
    })
  }
  const marked = await commit(asked, key, (current) =>
    deleteObject(type, present(type, name, current), { options, nowMs }),
  )
  if (type.kind === 'Namespace') await endNamespace(context, name)
  return marked
}

/** Whether an object of this kind goes at once, without a last look at it. */
function isGone(type: ResourceType, object: KubeObject): boolean {
  return type.graceSeconds === undefined && !isHeld(object)
}

function parseOptions({ request: { body, query } }: ResourceRequest): DeleteOptions {
  const name = 'gracePeriodSeconds'
  const ofQuery = query.has(name) ? { [name]: parseWhole(query, name) } : {}
  return toDeletion({ ...ofQuery, ...decodeBody('V1DeleteOptions', body) })
}

/** Returns what `DeleteOptions` ask for. */
export function toDeletion(options: JsonObject): DeleteOptions {
  const preconditions = fieldsOf(options['preconditions'])
  const { gracePeriodSeconds, dryRun } = options
  if (gracePeriodSeconds !== undefined && !isInt32(gracePeriodSeconds)) {
    const found = JSON.stringify(gracePeriodSeconds)
    throw statusError('BadRequest', `gracePeriodSeconds: Invalid value: ${found}`)
  }
  return {
    uid: stringOf(preconditions['uid']),
    resourceVersion: stringOf(preconditions['resourceVersion']),
    isDryRun: isDryRun(Array.isArray(dryRun) ? dryRun.map(String) : []),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  }
}
