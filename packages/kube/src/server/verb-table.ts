import type { ResourceRequest } from './context.ts'
import type { ApiResponse } from './request.ts'
import { readLog } from './streams/log.ts'
import { deleteOne } from './verb/delete.ts'
import { createBinding, createEviction } from './verb/pod-actions.ts'
import { getObject, listObjects } from './verb/read.ts'
import { watchObjects } from './verb/watch.ts'
import { createOne, patchOne, replaceOne } from './verb/write.ts'

type Action = (asked: ResourceRequest) => ApiResponse | Promise<ApiResponse>

/** What is done, by verb and subresource. Streams are upgrades of a connection, and none of these. */
const actions: Readonly<Record<string, Action>> = {
  create: createOne,
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  update: replaceOne,
  patch: patchOne,
  delete: deleteOne,
  'get status': getObject,
  'update status': replaceOne,
  'patch status': patchOne,
  'create binding': createBinding,
  'create eviction': createEviction,
  'get log': readLog,
}

/** Returns what a request does; nothing where its method does nothing there. */
export function findAction({ info, type }: ResourceRequest): Action | undefined {
  const { verb, subresource, name } = info
  if (type.listVirtual !== undefined && verb !== 'get' && verb !== 'list') return undefined
  if (verb === 'create' && name !== '' && subresource === '') return undefined
  return actions[subresource === '' ? verb : `${verb} ${subresource}`]
}
