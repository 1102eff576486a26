import { describeAccessKey } from '../../account/create-root-key.ts'
import { iamKinds, type AccessKeySpec } from '../../account/kinds.ts'
import type { Seal } from '../../account/seal.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { IamHandlers } from './handlers.ts'
import { listPage } from './list-page.ts'
import { assertBelow, noSuchEntity, validation } from './name.ts'
import { userNamed } from './users.ts'

/** One to use, and one to change to. */
const MOST_KEYS = 2

/** Access keys: of a user, or of whoever asks. A secret is told once, and kept sealed. */
export function createAccessKeyActions(seal: Seal) {
  return {
    CreateAccessKey: ({ UserName }, transaction) => {
      const owner = ownerOf(transaction, UserName)
      assertBelow('AccessKeysPerUser', MOST_KEYS, keysOf(transaction, owner.UserId).length)
      const { spec, secretAccessKey } = describeAccessKey(seal, transaction.caller.account.id, {
        UserId: owner.UserId,
        CreateDate: transaction.now,
      })
      transaction.create(iamKinds.accessKeys, spec, spec.AccessKeyId.toLowerCase())
      return { AccessKey: { ...tellKey(spec, owner), SecretAccessKey: secretAccessKey } }
    },

    ListAccessKeys: ({ UserName, ...input }, transaction) => {
      const owner = ownerOf(transaction, UserName)
      const keys = keysOf(transaction, owner.UserId).map(({ spec }) => spec)
      const { rows, ...page } = listPage(keys, ({ AccessKeyId }) => AccessKeyId, input)
      return { AccessKeyMetadata: rows.map((spec) => tellKey(spec, owner)), ...page }
    },

    UpdateAccessKey: ({ UserName, AccessKeyId, Status }, transaction) => {
      const key = keyNamed(transaction, ownerOf(transaction, UserName), AccessKeyId)
      if (Status !== 'Active' && Status !== 'Inactive') {
        throw validation(`Value '${Status}' at 'status' is none of Active, Inactive`)
      }
      transaction.change(iamKinds.accessKeys, key, { Status })
      return {}
    },

    DeleteAccessKey: ({ UserName, AccessKeyId }, transaction) => {
      const key = keyNamed(transaction, ownerOf(transaction, UserName), AccessKeyId)
      transaction.remove(iamKinds.accessKeys, key)
      return {}
    },
  } as const satisfies IamHandlers
}

type Owner = { readonly UserId: string; readonly UserName: string | undefined }

function ownerOf(transaction: Transaction, name: string | undefined): Owner {
  if (name !== undefined) return userNamed(transaction, name).spec
  const { account, userId } = transaction.caller
  const own = transaction.find(iamKinds.users, userId.toLowerCase())
  if (own !== undefined) return own.spec
  if (userId === account.id) return { UserId: userId, UserName: undefined }
  throw validation('Must specify userName when calling with non-User credentials')
}

function keysOf(transaction: Transaction, userId: string): readonly Resource<AccessKeySpec>[] {
  return transaction.list(iamKinds.accessKeys).filter(({ spec }) => spec.UserId === userId)
}

function keyNamed(transaction: Transaction, { UserId }: Owner, id = ''): Resource<AccessKeySpec> {
  const found = keysOf(transaction, UserId).find(({ spec }) => spec.AccessKeyId === id)
  if (found !== undefined) return found
  throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
}

function tellKey({ AccessKeyId, Status, CreateDate }: AccessKeySpec, { UserName }: Owner) {
  return { UserName, AccessKeyId, Status, CreateDate: new Date(CreateDate) }
}
