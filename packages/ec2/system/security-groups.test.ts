import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { EC2, type IpPermission } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { runToEnd } from '../../../apps/nexqloud/system/run-to-end.ts'
import { until } from '../../../apps/nexqloud/system/until.ts'
import { findUpObstacle } from '../../../apps/nexqloud/system/up-obstacle.ts'
import { startUp } from '../../../apps/nexqloud/system/up-process.ts'
import { connectToHost } from '../../device/system/device-lab.ts'
import { createCleanup } from '../../engine/system/lab/cleanup.ts'
import { openNamespace, stopProcess } from '../../engine/system/lab/namespace.ts'
import { ASKING_PATH, NOBODY, serveAskingImage } from './asking-image.ts'

/** Security groups, from outside and from inside: AWS's own client before a network of one machine, and a namespace that stands for the internet. */

/** The first of ten ports, below those that outgoing connections take. */
const PORT_BASE = 31_600
/** A rule that is removed closes within so long. */
const CLOSES_MS = 2000

const everything: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
const http = (CidrIp: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
  IpRanges: [{ CidrIp }],
})

const missing = await findUpObstacle('not needed')
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-groups-'))
const data = join(folder, 'data')
const cleanup = createCleanup()
let client: EC2
let GroupId: string
let internet: string
let address: string

beforeAll(async () => {
  if (missing !== undefined) return
  internet = await openInternet()
  const registry = await serveAskingImage(folder, `http://${internet}/name`)
  cleanup.add(registry.close)
  await startUp(data, PORT_BASE, ['--app', 'none'])
  cleanup.add(async () => void (await runToEnd('down', '--data', data).ended))
  client = openClient()
  cleanup.add(() => client.destroy())
  GroupId = await createClosedGroup()
  address = await launch(registry.image)
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})
afterAll(async () => {
  await cleanup.run()
  rmSync(folder, { recursive: true })
})

test('a port that no rule opens is closed, one that a rule opens is open, and closed within two seconds once that is gone', async () => {
  expect(await visit()).toBe('ECONNREFUSED')
  const IpPermissions = [http('0.0.0.0/0')]
  await client.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
  await until('the port is open', async () => (await visit()) === NOBODY)
  await client.revokeSecurityGroupIngress({ GroupId, IpPermissions })
  const removedMs = performance.now()
  await until('the port is closed', async () => (await visit()) === 'ECONNREFUSED')
  expect(performance.now() - removedMs).toBeLessThan(CLOSES_MS)
})

test('a rule opens a port to whom it names, and to nobody else', async () => {
  await client.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [http('127.0.0.8/30')] })
  await until('the port is open', async () => (await visit('127.0.0.9')) === NOBODY)
  expect(await visit('127.0.0.1')).toBe('ECONNRESET')
})

test('an instance reaches what a rule names, and within two seconds nothing once that is gone', async () => {
  const ask = (): Promise<string> => visit('127.0.0.9')
  expect(await ask()).toBe(NOBODY)
  const IpPermissions = [http(`${internet}/32`)]
  for (const _ of ['the first time', 'again']) {
    await client.authorizeSecurityGroupEgress({ GroupId, IpPermissions })
    await until('the internet answers', async () => (await ask()) === 'internet')
    await client.revokeSecurityGroupEgress({ GroupId, IpPermissions })
    const removedMs = performance.now()
    await until('nobody answers', async () => (await ask()) === NOBODY)
    expect(performance.now() - removedMs).toBeLessThan(CLOSES_MS)
  }
})

/** Returns the address of a server that no network at home has. */
async function openInternet(): Promise<string> {
  const namespace = openNamespace(cleanup)
  const host = connectToHost(namespace, cleanup)
  const [, network = '', last = ''] = /^(.*\.)(\d+)$/.exec(host) ?? []
  const own = `${network}${Number(last) + 1}`
  const pages = join(folder, 'internet')
  mkdirSync(pages)
  writeFileSync(join(pages, 'name'), 'internet')
  const server = namespace.start('busybox', ['httpd', '-f', '-p', `${own}:80`, '-h', pages])
  cleanup.add(() => stopProcess(server))
  return own
}

/** Returns AWS's client, as the profile says that `up` wrote. */
function openClient(): EC2 {
  const profile = readFileSync(join(data, 'aws', 'config'), 'utf8')
  const said = (key: string): string => new RegExp(`^${key} = (.*)$`, 'm').exec(profile)?.[1] ?? ''
  return new EC2({
    region: said('region'),
    endpoint: said('endpoint_url'),
    credentials: {
      accessKeyId: said('aws_access_key_id'),
      secretAccessKey: said('aws_secret_access_key'),
    },
  })
}

/** A group that lets nobody in, and nothing out. */
async function createClosedGroup(): Promise<string> {
  const asked = { GroupName: 'closed', Description: 'a group' }
  const { GroupId: id = '' } = await client.createSecurityGroup(asked)
  await client.revokeSecurityGroupEgress({ GroupId: id, IpPermissions: [everything] })
  return id
}

/** Returns the public address of an instance that runs. */
async function launch(ImageId: string): Promise<string> {
  const asked = { ImageId, InstanceType: 't3.nano', MinCount: 1, MaxCount: 1 } as const
  const { Instances = [] } = await client.runInstances({ ...asked, SecurityGroupIds: [GroupId] })
  const InstanceIds = [Instances[0]?.InstanceId ?? '']
  return until('the instance runs', async () => {
    const { Reservations = [] } = await client.describeInstances({ InstanceIds })
    const { State, PublicIpAddress } = Reservations[0]?.Instances?.[0] ?? {}
    return State?.Name === 'running' && PublicIpAddress
  })
}

/** Returns what the instance answers a visitor, or why it does not. */
function visit(localAddress = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: address, port: 80, path: ASKING_PATH, localAddress, agent: false }
    const request = get(options, (answer) => {
      text(answer).then((said) => resolve(said.trim()), String)
    })
    request.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? ''))
  })
}
