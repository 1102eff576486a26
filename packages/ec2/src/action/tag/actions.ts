import type { TagDescription } from '@aws-sdk/client-ec2'

import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import { ec2Kinds, kindOfId, type Ec2Kind, type Tagged } from '../../resource/kinds.ts'
import { isResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { withoutTags, withTags } from './tags.ts'

type Row = Resource<Tagged> & { readonly tag: TagDescription }

const filters: FilterTable<Row> = {
  key: ({ tag }) => [tag.Key ?? ''],
  value: ({ tag }) => [tag.Value ?? ''],
  'resource-id': ({ tag }) => [tag.ResourceId ?? ''],
  'resource-type': ({ tag }) => [tag.ResourceType ?? ''],
}

/** CreateTags, DeleteTags, DescribeTags: of all kinds of resources. */
export const tagActions = {
  CreateTags: ({ Resources, Tags }, transaction) => {
    if (Resources === undefined || Resources.length === 0) throw missingParameter('resourceIdSet')
    if (Tags === undefined || Tags.length === 0) throw missingParameter('tagSet')
    for (const id of Resources) {
      const { kind, resource } = taggedOf(transaction, id)
      transaction.change(kind, resource, { Tags: withTags(resource.spec, Tags) })
    }
    return {}
  },

  DeleteTags: ({ Resources, Tags }, transaction) => {
    if (Resources === undefined || Resources.length === 0) throw missingParameter('resourceIdSet')
    for (const id of Resources) {
      const { kind, resource } = taggedOf(transaction, id)
      const left = withoutTags(resource.spec, Tags)
      if (left.length === (resource.spec.Tags ?? []).length) continue
      transaction.change(kind, resource, { Tags: left })
    }
    return {}
  },

  DescribeTags: (input, transaction) => {
    const rows = Object.values(ec2Kinds).flatMap((kind) => rowsOf(kind as Ec2Kind, transaction))
    const page = { least: 5, most: 1000 }
    const { rows: chosen, ...next } = selectPage<Tagged, Row>(input, { rows, filters, page })
    return { Tags: chosen.map(({ tag }) => tag), ...next }
  },
} as const satisfies Handlers

/** A filter such as `tag:Name` asks for that tag, and for none that its resource has besides. */
function rowsOf(kind: Ec2Kind, transaction: Transaction): readonly Row[] {
  return transaction.list(kind).flatMap((resource) =>
    (resource.spec.Tags ?? []).map(({ Key = '', Value = '' }) => ({
      ...resource,
      id: `${resource.id}/${Key}`,
      spec: { Tags: [{ Key, Value }] },
      tag: { ResourceId: resource.id, ResourceType: kind.resourceType, Key, Value },
    })),
  )
}

function taggedOf(
  transaction: Transaction,
  id: string,
): { readonly kind: Ec2Kind; readonly resource: Resource<Tagged> } {
  const kind = kindOfId(id)
  if (kind === undefined || !isResourceId(id, kind.prefix)) {
    throw new ActionError('InvalidID', `The ID '${id.slice(0, 100)}' is not valid`)
  }
  return { kind, resource: transaction.get(kind, id) }
}
