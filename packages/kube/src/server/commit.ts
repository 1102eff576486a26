import type { KubeObject } from '../object.ts'
import { groupResource } from '../resource/resource-type.ts'
import { isEnded } from '../resource/write-rules.ts'
import { statusError } from '../status-error.ts'
import type { Decide } from '../store/object-store.ts'
import type { ObjectKey } from '../store/object-table.ts'
import type { ResourceRequest } from './context.ts'
import { finishNamespace } from './namespace-end.ts'

type Asked = Pick<ResourceRequest, 'context' | 'request' | 'type'>

/**
 * Writes what a request decides, and removes what has ended by it, in the same batch: nothing that has ended is left behind by
 * a crash in between. With `dryRun` nothing is written.
 */
export async function commit(asked: Asked, key: ObjectKey, decide: Decide): Promise<KubeObject> {
  const { store } = asked.context
  if (isDryRun(asked.request.query.getAll('dryRun'))) {
    const current = store.get(key)
    const next = decide(current) ?? current
    if (next === undefined) throw new Error(`Nothing was decided about ${key.name}.`)
    return next
  }
  const decided: { next: KubeObject | undefined } = { next: undefined }
  const writing = store.write(key, (current) => {
    decided.next = decide(current)
    return decided.next
  })
  const hasEnded = decided.next !== undefined && isEnded(decided.next)
  if (!hasEnded) return writing
  const [written] = await Promise.all([writing, store.write(key, () => undefined)])
  await finishRemoval(asked, key)
  return written
}

/**
 * Returns whether a request is only tried.
 *
 * @throws {@link StatusError} where it says something else than `All`.
 */
export function isDryRun(values: readonly string[]): boolean {
  const asked = values.filter((value) => value !== '')
  const other = asked.find((value) => value !== 'All')
  if (other === undefined) return asked.length > 0
  const message = `dryRun: Unsupported value: ${JSON.stringify(other)}: supported values: "All"`
  throw statusError('Invalid', message)
}

/** Removes an object that nothing holds and that needs no time. */
export async function remove(asked: Asked, key: ObjectKey, decide: Decide): Promise<KubeObject> {
  const removed = await commit(asked, key, decide)
  await finishRemoval(asked, key)
  return removed
}

async function finishRemoval({ context, type }: Asked, key: ObjectKey): Promise<void> {
  if (type.isNamespaced) await finishNamespace(context, key.namespace)
  if (groupResource(type) !== 'customresourcedefinitions.apiextensions.k8s.io') return
  // What a definition held goes with it: nobody could ask for it any more.
  const orphans = context.store
    .list(key.name)
    .map(({ metadata: { namespace = '', name = '' } }) =>
      context.store.write({ resource: key.name, namespace, name }, () => undefined),
    )
  await Promise.all(orphans)
}
