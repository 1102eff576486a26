import { defineDisks } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import type { FindKey } from '../account/access-key.ts'
import type { Caller } from '../account/caller.ts'
import type { Seal } from '../account/seal.ts'
import { ec2Actions } from '../action/actions.ts'
import type { ImageSource } from '../action/image/image-source.ts'
import { keepInstances } from '../action/instance/keep-instances.ts'
import { findLogin, type LoginParts, type LoginQuestion } from '../action/key-pair/find-login.ts'
import { openRegion } from '../action/vpc/open-region.ts'
import type { PublicAddresses } from '../address/public-addresses.ts'
import type { Audit } from '../audit/audit.ts'
import { keepExposures, type KeepExposuresParts } from '../exposure/keep-exposures.ts'
import type { Machines } from '../machine/machines.ts'
import { createApiDoor, type AnswerApi } from '../metadata/api-door.ts'
import type { SignIdentity } from '../metadata/identity-document.ts'
import { createMetadata, type AnswerInstance } from '../metadata/metadata-door.ts'
import { createConnectActions } from '../neighbour/connect/actions.ts'
import type { PushKey } from '../neighbour/connect/pushed-keys.ts'
import { createIamActions } from '../neighbour/iam/actions.ts'
import { quotaActions } from '../neighbour/quota/actions.ts'
import { ssmActions } from '../neighbour/ssm/actions.ts'
import { createStsActions } from '../neighbour/sts/actions.ts'
import { keepEgress } from '../passage/keep-egress.ts'
import { RequestLog } from '../request/request-log.ts'
import { sweepRequests } from '../request/sweep-requests.ts'
import { defineEc2Kinds } from '../resource/define-kinds.ts'
import { ResourceView, type Place } from '../resource/resource-view.ts'
import { keepUserData } from '../user-data/keep-user-data.ts'
import { createObedientVolumes, type Volumes } from '../volume/volumes.ts'
import { Dispatcher, type DispatcherParts } from './dispatcher.ts'
import { createDoor } from './door.ts'
import type { Region } from './region.ts'
import { createRequestLimits, type RequestClass, type RequestRate } from './request-limits.ts'
import type { DoorAnswer, DoorRequest } from './service-door.ts'
import { createServices } from './services.ts'

/** What the EC2-compatible API stands on. */
export type Ec2Options = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly regions: readonly Region[]
  readonly publicAddresses: PublicAddresses
  readonly machines: Machines
  /** See {@link DispatcherParts.leadingTerm}; where it is left out, it leads. */
  readonly leadingTerm?: () => number | undefined
  /** Those that do at once what is wanted where it is left out. */
  readonly volumes?: Volumes
  /** Returns the root of whose account a namespace is, as who asks there; nothing where it is nobody's. */
  readonly findOwner: (place: Place) => Caller | undefined
  /** Who may do what: what that follows from is in memory. */
  readonly access: (view: ResourceView) => Access
  /** Seals what nobody may read where it lies. */
  readonly seal: Seal
  readonly pushKey: PushKey
  readonly requestRates: Readonly<Record<RequestClass, RequestRate>>
  readonly audit: Audit
  readonly images: ImageSource
  /** Told where all instances are reached now, by `namespace/id`, and for which of them it is new. */
  readonly onExposures?: KeepExposuresParts['onExposures']
  /** Signs documents by which instances say who they are; none are signed where it is left out. */
  readonly signIdentity?: SignIdentity
  /** Told of what failed, and of faults of ours with the id of the request. */
  readonly onFailure: (failure: unknown, requestId?: string) => void
}

/** Who asks, and what they may. */
export type Access = {
  readonly findKey: FindKey
  readonly authorize: DispatcherParts['authorize']
}

/** The EC2-compatible API, without the port that is listened on. */
export type Ec2 = {
  readonly answer: (request: DoorRequest) => Promise<DoorAnswer>
  /** As {@link findLogin}, by what is known now. */
  readonly findLogin: (
    question: LoginQuestion,
    pushedKeys: LoginParts['pushedKeys'],
  ) => string | undefined
  /** Answers what an instance asks of its metadata. */
  readonly answerInstance: AnswerInstance
  /** Answers what an instance asks of the API. */
  readonly answerApi: AnswerApi
  readonly close: () => Promise<void>
}

/** Opens the EC2-compatible API over a Kubernetes API: what was accepted before is finished first. */
export async function openEc2(options: Ec2Options): Promise<Ec2> {
  const { client, clock, regions, machines, access, seal, onFailure } = options
  const over = new AbortController()
  await Promise.all([defineEc2Kinds(client), defineDisks(client)])
  const view = new ResourceView({ client, clock, onFailure })
  const following = view.run(over.signal)
  const log = new RequestLog(client, (write, object) => view.takeWritten(write, object))
  await log.finish(onFailure)
  await view.sync()
  const { findKey, authorize } = access(view)
  const dispatcher = new Dispatcher({
    handlers: {
      ec2: ec2Actions,
      sts: createStsActions(seal),
      iam: createIamActions(seal),
      ssm: ssmActions,
      servicequotas: quotaActions,
      'ec2-instance-connect': createConnectActions(options.pushKey),
    },
    regions,
    machines,
    leadingTerm: options.leadingTerm ?? (() => 1),
    volumes: options.volumes ?? createObedientVolumes(),
    images: options.images,
    publicAddresses: options.publicAddresses,
    view,
    log,
    clock,
    openRegion,
    authorize,
    takeRequest: createRequestLimits(options.requestRates, () => clock.steadyMs()),
    audit: options.audit,
  })
  const { findOwner, signIdentity: sign } = options
  const keeping = keepInStep(options, { view, dispatcher }, over.signal)
  const services = createServices((call) => dispatcher.dispatch(call))
  const look = (caller: Caller) => dispatcher.look(caller)
  const answer = createDoor({ services, regions, findKey, clock, onFault: onFailure })
  return {
    findLogin: (question, pushedKeys) =>
      findLogin(question, { view, regions, findOwner, pushedKeys }),
    answer,
    answerInstance: createMetadata({ view, regions, seal, clock, findOwner, look, sign }),
    answerApi: createApiDoor({ view, regions, findOwner, answer }),
    close: async () => {
      over.abort()
      await Promise.all([following, keeping])
    },
  }
}

/** Has containers, addresses and firewalls follow what resources say, and these what is seen, until the signal aborts. */
function keepInStep(
  { client, clock, machines, findOwner, onExposures, onFailure }: Ec2Options,
  { view, dispatcher }: { readonly view: ResourceView; readonly dispatcher: Dispatcher },
  signal: AbortSignal,
): Promise<unknown> {
  const common = { view, findOwner, clock, onFailure }
  return Promise.all([
    keepInstances({ ...common, machines, dispatcher }, signal),
    onExposures && keepExposures({ ...common, dispatcher, onExposures }, signal),
    keepUserData({ ...common, machines }, signal),
    keepEgress({ ...common, client }, signal),
    sweepRequests({ client, clock, onFailure }, signal),
  ])
}
