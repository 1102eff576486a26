import type * as EC2 from '@aws-sdk/client-ec2'

import type { Tagged } from '../../resource/kinds.ts'
import { ActionError, invalidValue } from '../errors.ts'
import type { Loose } from '../sdk-action.ts'

/** Source: EC2's user guide, tag restrictions. */
const MOST_TAGS = 50
const MOST_KEY = 127
const MOST_VALUE = 255

/** A key may be taken away, or one value of it. */
export type TagRemoval = { readonly Key?: string | undefined; readonly Value?: string | undefined }

/**
 * Returns tags with others put over them.
 *
 * @throws {@link ActionError} for keys and values that may not be, and for too many.
 */
export function withTags({ Tags = [] }: Tagged, added: readonly EC2.Tag[]): readonly EC2.Tag[] {
  const merged = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  for (const { Key, Value = '' } of added) {
    assertTag(Key, Value)
    merged.set(Key, Value)
  }
  if (merged.size > MOST_TAGS) {
    throw new ActionError(
      'TagLimitExceeded',
      `The maximum number of Tags for a resource has been reached: ${MOST_TAGS}.`,
    )
  }
  return [...merged].map(([Key, Value]) => ({ Key, Value }))
}

/**
 * Returns tags without some, or without all that users set: a removal that says a value takes away that value alone.
 *
 * @throws {@link ActionError} for a key that users cannot set: they cannot take it away either.
 */
export function withoutTags(
  { Tags = [] }: Tagged,
  removals: readonly TagRemoval[] | undefined,
): readonly EC2.Tag[] {
  if (removals === undefined) return Tags.filter(({ Key = '' }) => isReserved(Key))
  for (const { Key = '' } of removals) assertNotReserved(Key)
  return Tags.filter(
    (tag) =>
      !removals.some(
        ({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value),
      ),
  )
}

/**
 * Returns the tags that a request gives to what it makes.
 *
 * @throws {@link ActionError} where it names another type of resource.
 */
export function tagsFor(
  specifications: readonly Loose<EC2.TagSpecification>[] | undefined,
  resourceType: EC2.ResourceType,
  others: readonly EC2.ResourceType[] = [],
): readonly EC2.Tag[] {
  for (const specification of specifications ?? []) {
    assertSpecification(specification, [resourceType, ...others], codeOf(resourceType))
  }
  const own = (specifications ?? []).filter(({ ResourceType: type }) => type === resourceType)
  const tags = own.flatMap(({ Tags = [] }) => Tags)
  const keys = tags.map(({ Key }) => Key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) {
    throw new ActionError('InvalidParameterValue', `Duplicate tag key '${twice}' specified.`)
  }
  return withTags({}, tags)
}

function assertSpecification(
  { ResourceType: type, Tags = [] }: Loose<EC2.TagSpecification>,
  taggable: readonly EC2.ResourceType[],
  awsCode: string,
): void {
  if (type === undefined) {
    throw new ActionError('InvalidParameter', 'Tag specification resource type must have a value')
  }
  if (!taggable.includes(type)) {
    throw new ActionError(
      awsCode,
      `'${type.slice(0, 100)}' is not a valid taggable resource type for this operation.`,
    )
  }
  if (Tags.length > 0) return
  throw new ActionError(awsCode, 'Tag specification must have at least one tag')
}

/** CreateSubnet says it otherwise than other actions do. */
function codeOf(resourceType: EC2.ResourceType): string {
  return resourceType === 'subnet' ? 'InvalidParameter' : 'InvalidParameterValue'
}

function assertTag(key: string | undefined, value: string): asserts key is string {
  if (key === undefined || key === '') {
    throw new ActionError('InvalidParameterValue', 'Tag key cannot be null or empty')
  }
  if (key.length > MOST_KEY) {
    throw invalidValue('Tag.Key', key, `A key has ${MOST_KEY} characters at most.`)
  }
  if (value.length > MOST_VALUE) {
    throw invalidValue('Tag.Value', value, `A value has ${MOST_VALUE} characters at most.`)
  }
  assertNotReserved(key)
}

function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith('aws:')
}

function assertNotReserved(key: string): void {
  if (!isReserved(key)) return
  throw invalidValue('Tag.Key', key, "Tag keys starting with 'aws:' are reserved for internal use")
}
