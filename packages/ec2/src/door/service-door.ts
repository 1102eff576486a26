import type { Caller } from '../account/caller.ts'
import type { SignedRequest } from '../auth/sigv4.ts'
import type { AwsError } from '../codec/envelope.ts'

/** A request as it came over HTTP. */
export type DoorRequest = SignedRequest & {
  /** Where it came from. */
  readonly sourceAddress: string
}

/** What is answered over HTTP. */
export type DoorAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One of AWS's services, in the protocol that its clients speak. */
export type ServiceDoor = {
  readonly answer: (request: DoorRequest, caller: Caller, requestId: string) => Promise<DoorAnswer>
  readonly refuse: (error: AwsError, requestId: string) => DoorAnswer
}
