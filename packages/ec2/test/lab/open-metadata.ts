import { createHash } from 'node:crypto'

import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import { systemClock, type Clock } from '@nexqloud/kernel'

import type { Ec2Options } from '../../src/door/open-ec2.ts'
import type { MachineName } from '../../src/machine/machines.ts'
import type { AnswerApi } from '../../src/metadata/api-door.ts'
import type { MetadataAnswer } from '../../src/metadata/metadata-answer.ts'
import type { Clients, Credentials } from './clients.ts'
import { openNeighbours, type NeighbourLab } from './open-neighbours.ts'

type How = {
  readonly method?: string
  readonly token?: string
  readonly ttl?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An instance that asks for itself. */
export type AskingInstance = MachineName & {
  readonly ask: (target: string, how?: How) => Promise<MetadataAnswer>
  readonly token: (seconds?: string) => Promise<string>
  /** Returns what is told at a path, to who shows a token. */
  readonly tell: (target: string) => Promise<string>
}

/** A world in which instances ask for themselves. */
export type MetadataLab = Pick<NeighbourLab, 'account' | 'as' | 'audit' | 'faults' | 'close'> & {
  readonly rootKey: Credentials
  readonly root: Clients
  readonly launch: (how: Partial<RunInstancesCommandInput>) => Promise<AskingInstance>
  readonly asInstance: (name: MachineName) => AskingInstance
  readonly askApi: AnswerApi
  /** Returns how a document is signed here. */
  readonly signed: (document: string) => string
}

/** Opens one. */
export async function openMetadataLab(
  own: Partial<Ec2Options> = {},
  clock: Clock = systemClock,
): Promise<MetadataLab> {
  let known: NeighbourLab['account'] | undefined
  const lab = await openNeighbours(
    {
      findOwner: ({ namespace, region }) =>
        known?.namespace === namespace
          ? { account: known, region, accessKeyId: '', userId: known.id, arn: arnOf(known) }
          : undefined,
      signIdentity: async (document) => signed(document),
      ...own,
    },
    clock,
  )
  known = lab.account
  const root = lab.as(lab.root)
  const asInstance = (name: MachineName): AskingInstance => describe(lab, name)
  return {
    ...lab,
    rootKey: lab.root,
    root,
    signed,
    askApi: lab.world.ec2.answerApi,
    asInstance,
    launch: async (how) => {
      const { Instances = [] } = await root.ec2.runInstances({ ...usual, ...how })
      return asInstance({ namespace: 'default', id: Instances[0]?.InstanceId ?? '' })
    },
  }
}

const usual = {
  ImageId: 'ami-12c6146b',
  MinCount: 1,
  MaxCount: 1,
  InstanceType: 't3.micro',
  Placement: { AvailabilityZone: 'eu-west-1a' },
} as const

const arnOf = ({ id }: NeighbourLab['account']): string => `arn:aws:iam::${id}:root`

const signed = (document: string): string => createHash('sha256').update(document).digest('hex')

function describe({ world }: NeighbourLab, name: MachineName): AskingInstance {
  const ask: AskingInstance['ask'] = (target, { method = 'GET', token, ttl, headers } = {}) =>
    world.ec2.answerInstance(name, {
      method,
      target,
      headers: {
        ...headers,
        ...(token !== undefined && { 'x-aws-ec2-metadata-token': token }),
        ...(ttl !== undefined && { 'x-aws-ec2-metadata-token-ttl-seconds': ttl }),
      },
    })
  const token = async (ttl = '21600'): Promise<string> => {
    const { body } = await ask('/latest/api/token', { method: 'PUT', ttl })
    return Buffer.from(body).toString()
  }
  return {
    ...name,
    ask,
    token,
    tell: async (target) => {
      const { status, body } = await ask(target, { token: await token() })
      if (status !== 200) throw new TypeError(`${target}: ${status}`)
      return Buffer.from(body).toString()
    },
  }
}
