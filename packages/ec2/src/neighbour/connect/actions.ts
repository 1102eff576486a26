import type * as Connect from '@aws-sdk/client-ec2-instance-connect'

import { ActionError } from '../../action/errors.ts'
import type { HandlersOf } from '../../action/sdk-action.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { PushKey } from './pushed-keys.ts'

/** What is served of EC2 Instance Connect. */
export type ConnectHandlers = HandlersOf<typeof Connect, Transaction>

const KEY =
  /^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]+={0,2})(?:[ \t][^\r\n]*)?\s*$/
const USER = /^[A-Za-z_][A-Za-z0-9@._-]{0,30}[A-Za-z0-9$_-]?$/
const MOST_KEY = 4096

/** Returns what is served of EC2 Instance Connect: a key for a minute. */
export function createConnectActions(pushKey: PushKey): ConnectHandlers {
  return {
    SendSSHPublicKey: async (input, transaction) => {
      const { InstanceId: instanceId = '', InstanceOSUser: osUser = '', SSHPublicKey = '' } = input
      if (!USER.test(osUser)) throw invalid('The user name is none of an operating system.')
      const publicKey = parseKey(SSHPublicKey)
      const instance = transaction.find(ec2Kinds.instances, instanceId)
      if (instance === undefined || instance.spec.Goal === 'terminated') {
        throw new ActionError('EC2InstanceNotFoundException', `Instance ${instanceId} not found.`)
      }
      if (instance.spec.Goal !== 'running') {
        throw new ActionError(
          'EC2InstanceStateInvalidException',
          `Instance ${instanceId} is not running.`,
        )
      }
      const accountId = transaction.caller.account.id
      await pushKey({ accountId, instanceId, osUser, publicKey })
      return { RequestId: transaction.requestId, Success: true }
    },
  }
}

/** The key says its type once more, within. */
function parseKey(text: string): string {
  const [, type = '', base64 = ''] = (text.length <= MOST_KEY ? KEY.exec(text) : null) ?? []
  const blob = Buffer.from(base64, 'base64')
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  const own = blob.subarray(4, 4 + length).toString('latin1')
  if (type !== '' && own === type) return `${type} ${base64}`
  throw invalid('The key is no public key of OpenSSH.')
}

function invalid(message: string): ActionError {
  return new ActionError('InvalidArgsException', message)
}
