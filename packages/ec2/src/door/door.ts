import { randomUUID } from 'node:crypto'

import type { Clock } from '@nexqloud/kernel'

import type { FindKey } from '../account/access-key.ts'
import { GLOBAL_REGION, type Caller } from '../account/caller.ts'
import { SignatureError } from '../auth/errors.ts'
import { createSignatureCheck, type IsSigned } from '../auth/signing-key.ts'
import { checkSignature, readSignature, type SignatureClaim } from '../auth/sigv4.ts'
import type { AwsError } from '../codec/envelope.ts'
import { awsCodeOf } from './aws-code.ts'
import type { Region } from './region.ts'
import type { DoorAnswer, DoorRequest, ServiceDoor } from './service-door.ts'

/** What stands behind a door. */
export type DoorParts = {
  /** By the name in the scope of a signature, e.g. `ec2`. */
  readonly services: Readonly<Record<string, ServiceDoor>>
  readonly regions: readonly Region[]
  readonly findKey: FindKey
  readonly clock: Pick<Clock, 'wallMs'>
  /** Told of what should not have happened. */
  readonly onFault: (failure: unknown, requestId: string) => void
}

/** Returns what answers whoever signs requests: it says who asks, and for which service. It never throws. */
export function createDoor(parts: DoorParts): (request: DoorRequest) => Promise<DoorAnswer> {
  const isSigned = createSignatureCheck()
  return async (request) => {
    const requestId = randomUUID()
    let service = serviceOf(parts, undefined)
    try {
      const claim = readSignature(request)
      service = serviceOf(parts, claim.service)
      const caller = await authenticate({ ...parts, isSigned }, claim)
      return await service.answer(request, caller, requestId)
    } catch (failure) {
      const error = toAwsError(failure)
      if (error.awsCode === 'InternalError') parts.onFault(failure, requestId)
      return service.refuse(error, requestId)
    }
  }
}

function serviceOf({ services }: DoorParts, name: string | undefined): ServiceDoor {
  const found = name !== undefined && Object.hasOwn(services, name) ? services[name] : undefined
  const service = found ?? services['ec2']
  if (service === undefined) throw new TypeError('There is no service here.')
  return service
}

async function authenticate(
  { services, regions, findKey, clock, isSigned }: DoorParts & { readonly isSigned: IsSigned },
  claim: SignatureClaim,
): Promise<Caller> {
  const holder = await findKey(claim.accessKeyId, claim.sessionToken)
  if (holder === undefined) throw unknownKey()
  const { secretAccessKey: secret, expiresMs, ...principal } = holder
  const nowMs = clock.wallMs()
  checkSignature(claim, { secret, isSigned, nowMs })
  if (expiresMs !== undefined && nowMs >= expiresMs) {
    throw new SignatureError(
      'ExpiredToken',
      'The security token included in the request is expired',
    )
  }
  const { accessKeyId, region, service } = claim
  const isHere = isGlobal(claim) || regions.some(({ name }) => name === region)
  if (!Object.hasOwn(services, service) || !isHere) {
    const names = regions.map(({ name }) => name).join(', ')
    throw new SignatureError(
      'AuthFailure',
      `Credential should be scoped to a service and a region that are here: ${Object.keys(services).join(', ')}; ${names}.`,
    )
  }
  return { ...principal, accessKeyId, region: service === 'iam' ? GLOBAL_REGION : region }
}

/** IAM is in no region, and STS has one endpoint that is in none: their clients sign for the first of AWS's. */
function isGlobal({ service, region }: SignatureClaim): boolean {
  return region === GLOBAL_REGION && (service === 'iam' || service === 'sts')
}

function unknownKey(): SignatureError {
  return new SignatureError(
    'AuthFailure',
    'AWS was not able to validate the provided access credentials',
  )
}

/** What has a code of AWS's is told; anything else is a fault of ours, and not told. */
function toAwsError(failure: unknown): AwsError {
  const awsCode = awsCodeOf(failure)
  if (awsCode !== undefined) {
    return { awsCode, message: (failure as Error).message, isSenders: true }
  }
  return {
    awsCode: 'InternalError',
    message: 'An internal error has occurred. Retry your request.',
    isSenders: false,
  }
}
