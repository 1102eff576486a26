import type { SignedRequest } from '../auth/sigv4.ts'
import type { DoorAnswer, DoorRequest } from '../door/service-door.ts'
import type { MachineName } from '../machine/machines.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import { findAskingInstance, type AskingInstance, type AskingParts } from './asking-instance.ts'

/** Answers what an instance asks of the API; nothing where there is no such instance. */
export type AnswerApi = (
  name: MachineName,
  request: SignedRequest,
) => Promise<DoorAnswer | undefined>

/** Returns what answers instances as it answers everybody: who asks says the signature, and that it is an instance says only from where. */
export function createApiDoor(
  parts: AskingParts & { readonly answer: (request: DoorRequest) => Promise<DoorAnswer> },
): AnswerApi {
  return async (name, request) => {
    const found = findAskingInstance(parts, name)
    if (found === undefined) return undefined
    return parts.answer({ ...request, sourceAddress: addressOf(parts, name, found) })
  }
}

/** That of its first interface: what policies ask for, and what the trail of requests has. */
function addressOf(
  { view }: AskingParts,
  { namespace }: MachineName,
  { instance, caller: { region } }: AskingInstance,
): string {
  const [first = ''] = instance.spec.NetworkInterfaceIds
  const found = view.get(ec2Kinds.networkInterfaces, { namespace, region }, first)
  return found?.spec.PrivateIpAddress ?? ''
}
