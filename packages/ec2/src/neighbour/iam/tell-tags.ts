import type { Tag } from '@aws-sdk/client-iam'

/** Returns tags as IAM tells them: of what has none, nothing. */
export function tellTags(tags: readonly Tag[] | undefined): { readonly Tags?: readonly Tag[] } {
  return tags === undefined || tags.length === 0 ? {} : { Tags: tags }
}
