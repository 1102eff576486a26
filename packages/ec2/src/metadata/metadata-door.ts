import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../account/caller.ts'
import { createRoleSessions } from '../account/role-session.ts'
import type { Seal } from '../account/seal.ts'
import { createInstanceViewer } from '../action/instance/describe-instance.ts'
import type { MachineName } from '../machine/machines.ts'
import type { Transaction } from '../resource/transaction.ts'
import { findAskingInstance, type AskingInstance, type AskingParts } from './asking-instance.ts'
import { growIam } from './iam-tree.ts'
import { createIdentitySigner, type SignIdentity } from './identity-document.ts'
import { growTree } from './instance-tree.ts'
import { keepSessions } from './kept-sessions.ts'
import {
  refuseMetadata,
  tellMetadata,
  type MetadataAnswer,
  type MetadataRequest,
} from './metadata-answer.ts'
import { findNode, isFolder, listFolder, type MetadataFolder } from './metadata-node.ts'
import { parseMetadataPath } from './metadata-path.ts'
import { issueMetadataToken, openMetadataToken, parseTokenSeconds } from './metadata-token.ts'
import { metadataVersions } from './metadata-versions.ts'

/** What instances are told of themselves by. */
export type MetadataParts = AskingParts & {
  readonly seal: Seal
  readonly clock: Pick<Clock, 'wallMs'>
  /** Returns what an account has, to be looked at. */
  readonly look: (caller: Caller) => Transaction
  /** Nothing is signed where it is left out. */
  readonly sign: SignIdentity | undefined
}

/** Answers an instance, which whoever asks for it has to be sure of: it is told of itself alone. */
export type AnswerInstance = (
  name: MachineName,
  request: MetadataRequest,
) => Promise<MetadataAnswer>

const TOKEN = 'x-aws-ec2-metadata-token'
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds'
const TOKEN_PATH = 'latest/api/token'

/** Returns what answers instances as EC2's instance metadata service does, in both of its versions. */
export function createMetadata(parts: MetadataParts): AnswerInstance {
  const sessions = keepSessions(createRoleSessions(parts), parts.clock)
  const sign = parts.sign && createIdentitySigner(parts.sign)
  const treeOf = ({ id, instance, caller }: AskingInstance): MetadataFolder => {
    const transaction = parts.look(caller)
    const profileArn = instance.spec.IamInstanceProfile?.Arn
    const iam =
      profileArn === undefined
        ? undefined
        : growIam({ ...parts, sessions }, { account: caller.account, instanceId: id, profileArn })
    return growTree(createInstanceViewer(transaction)(instance), { transaction, iam, sign })
  }
  return async (name, request) => {
    const found = findAskingInstance(parts, name)
    if (found === undefined) return refuseMetadata(404)
    const { HttpEndpoint } = found.instance.spec.MetadataOptions ?? {}
    if (HttpEndpoint === 'disabled') return refuseMetadata(403)
    const path = parseMetadataPath(request.target)
    if (request.method === 'PUT') return giveToken(parts, { name, request, path })
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMetadata(405)
    const entry = letIn(parts, found, { name, request })
    if (!entry.isIn) return refuseMetadata(401)
    return path === undefined ? refuseMetadata(404) : tell(path, () => treeOf(found), entry)
  }
}

type Asked = { readonly name: MachineName; readonly request: MetadataRequest }

/** Whoever passes on what others ask is not to get tokens for them. Source: EC2's user guide. */
function giveToken(
  { seal, clock }: MetadataParts,
  { name, request, path }: Asked & { readonly path: readonly string[] | undefined },
): MetadataAnswer {
  if (path?.join('/') !== TOKEN_PATH) return refuseMetadata(405)
  if (request.headers['x-forwarded-for'] !== undefined) return refuseMetadata(403)
  const seconds = parseTokenSeconds(request.headers[TTL])
  if (seconds === undefined) return refuseMetadata(400)
  const token = issueMetadataToken(seal, name, clock.wallMs() + seconds * 1000)
  return tellMetadata(token, { [TTL]: String(seconds) })
}

type Entry = { readonly isIn: boolean; readonly headers?: Readonly<Record<string, string>> }

/** A token that does not count is refused also where none is needed. */
function letIn({ seal, clock }: MetadataParts, { instance }: AskingInstance, asked: Asked): Entry {
  const token = asked.request.headers[TOKEN]
  if (token === undefined) return { isIn: instance.spec.MetadataOptions?.HttpTokens === 'optional' }
  const leftMs = (openMetadataToken(seal, asked.name, token) ?? 0) - clock.wallMs()
  return { isIn: leftMs > 0, headers: { [TTL]: String(Math.ceil(leftMs / 1000)) } }
}

async function tell(
  [version, ...path]: readonly string[],
  growOwn: () => MetadataFolder,
  { headers }: Entry,
): Promise<MetadataAnswer> {
  if (version === undefined) return tellMetadata(metadataVersions.join('\n'), headers)
  if (!metadataVersions.includes(version)) return refuseMetadata(404)
  const node = findNode(growOwn(), path)
  if (node === undefined) return refuseMetadata(404)
  if (typeof node !== 'function')
    return tellMetadata(isFolder(node) ? listFolder(node) : node, headers)
  const said = await node()
  return said === undefined ? refuseMetadata(404) : tellMetadata(said, headers)
}
