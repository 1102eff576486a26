import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import { ec2Kinds, type KeyPairSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { createKey } from './create-key.ts'
import { parsePublicKey, type PublicKey } from './public-key.ts'

const { keyPairs } = ec2Kinds

/** Source: EC2's API reference, CreateKeyPair. */
const MOST_NAME = 255

const filters: FilterTable<Resource<KeyPairSpec>> = {
  fingerprint: ({ spec }) => [spec.KeyFingerprint ?? ''],
  'key-name': ({ spec }) => [spec.KeyName ?? ''],
  'key-pair-id': ({ id }) => [id],
}

/** CreateKeyPair, ImportKeyPair, DescribeKeyPairs, DeleteKeyPair: who is let into instances. */
export const keyPairActions = {
  CreateKeyPair: async (input, transaction) => {
    const { KeyType = 'rsa', KeyFormat = 'pem' } = input
    const name = newName(input.KeyName, transaction)
    const Tags = tagsFor(input.TagSpecifications, 'key-pair')
    if (KeyType !== 'rsa' && KeyType !== 'ed25519') throw invalidValue('KeyType', KeyType)
    if (KeyFormat !== 'pem' && KeyFormat !== 'ppk') throw invalidValue('KeyFormat', KeyFormat)
    const key = await createKey({ type: KeyType, format: KeyFormat, name })
    return { ...keep(transaction, { name, key, Tags }), KeyMaterial: key.material }
  },

  ImportKeyPair: (input, transaction) => {
    const name = newName(input.KeyName, transaction)
    const Tags = tagsFor(input.TagSpecifications, 'key-pair')
    const key = parsePublicKey(input.PublicKeyMaterial ?? new Uint8Array(), name)
    return keep(transaction, { name, key, Tags })
  },

  DescribeKeyPairs: (input, transaction) => {
    const { KeyNames = [], KeyPairIds = [], IncludePublicKey = false } = input
    const rows = transaction.list(keyPairs)
    const named = KeyNames.map((name) => idOfName(rows, name))
    const ids = [...named, ...KeyPairIds]
    const { rows: chosen } = selectPage(
      { Filters: input.Filters },
      { rows, filters, ids, notFound: ([id = '']) => notFound('key pair ID', id) },
    )
    return {
      KeyPairs: chosen.map(({ spec: { PublicKey, ...rest } }) => ({
        ...rest,
        ...(IncludePublicKey && { PublicKey }),
      })),
    }
  },

  DeleteKeyPair: ({ KeyName, KeyPairId }, transaction) => {
    if (KeyName === undefined && KeyPairId === undefined) {
      throw missingParameter('KeyName or KeyPairId')
    }
    const found = transaction
      .list(keyPairs)
      .find(({ id, spec }) =>
        KeyPairId === undefined ? spec.KeyName === KeyName : id === KeyPairId,
      )
    if (found === undefined && KeyPairId !== undefined) throw notFound('key pair ID', KeyPairId)
    if (found === undefined) return { Return: true }
    transaction.remove(keyPairs, found)
    return { Return: true, KeyPairId: found.id }
  },
} as const satisfies Handlers

/** @throws {@link ActionError} where it cannot be a name, or another key pair has it. */
function newName(name: string | undefined, transaction: Transaction): string {
  if (name === undefined || name === '') throw missingParameter('KeyName')
  const isName = /^[\x20-\x7e]+$/.test(name) && name === name.trim() && name.length <= MOST_NAME
  if (!isName) {
    throw invalidValue('KeyName', name, `A name has ${MOST_NAME} ASCII characters at most.`)
  }
  if (transaction.list(keyPairs).some(({ spec }) => spec.KeyName === name)) {
    throw new ActionError('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`)
  }
  return name
}

function keep(
  transaction: Transaction,
  {
    name,
    key,
    Tags,
  }: {
    readonly name: string
    readonly key: PublicKey
    readonly Tags: ReturnType<typeof tagsFor>
  },
) {
  const { spec } = transaction.create(keyPairs, (KeyPairId) => ({
    KeyPairId,
    KeyName: name,
    KeyType: key.type,
    KeyFingerprint: key.fingerprint,
    PublicKey: key.line,
    CreateTime: transaction.now,
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
  const { KeyPairId, KeyFingerprint } = spec
  return { KeyPairId, KeyName: name, KeyFingerprint, ...(Tags.length > 0 && { Tags: [...Tags] }) }
}

function idOfName(rows: readonly Resource<KeyPairSpec>[], name: string): string {
  const found = rows.find(({ spec }) => spec.KeyName === name)
  if (found === undefined) throw notFound('key pair', name)
  return found.id
}

function notFound(noun: string, name: string): ActionError {
  return new ActionError(keyPairs.notFound, `The ${noun} '${name.slice(0, 300)}' does not exist`)
}
