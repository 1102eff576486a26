import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { parseAddress } from '@nexqloud/kernel'
import { createLedger, nexqloudLocal, readMasternodeOfSigner } from '@nexqloud/ledger'
import { http, recoverMessageAddress, type Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createClients, type Clients } from '../../../packages/ec2/test/lab/clients.ts'
import { allowing, trusting } from '../../../packages/ec2/test/lab/policies.ts'
import { profileFileOf } from '../src/ec2/profile.ts'
import type { Registry } from '../src/first-app/registry.ts'
import { main } from './chain-process.ts'
import { runToEnd } from './run-to-end.ts'
import { askingCommand, serveSdkImage } from './sdk-image.ts'
import { findUpObstacle } from './up-obstacle.ts'
import { startUp } from './up-process.ts'

/** The first of ten ports, below those that outgoing connections take. */
const PORT_BASE = 31_500
const soon = { timeout: 60_000, interval: 200 }
const TOKEN = 'http://169.254.169.254/latest/api/token'

const missing = await findUpObstacle('none is needed')
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-metadata-'))
const data = join(folder, 'data')
let image: Registry
let root: Clients

beforeAll(async () => {
  if (missing !== undefined) return
  image = await serveSdkImage(join(folder, 'image'))
  await startUp(data, PORT_BASE)
  root = readClients()
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})
afterAll(async () => {
  if (missing === undefined) await runToEnd('down', '--data', data).ended
  await image?.close()
  rmSync(folder, { recursive: true })
})

test('AWS’s SDK in an instance finds a key and this API by itself, and each instance is told of itself alone', async () => {
  const [RoleName, InstanceProfileName] = ['worker', 'worker-profile']
  const { iam } = root
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('ec2.amazonaws.com') })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allowing('ec2:Describe*') })
  await iam.createInstanceProfile({ InstanceProfileName })
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const ids = await launch({ Name: InstanceProfileName })
  for (const id of ids) {
    const told = JSON.parse(await exec(id, askingCommand)) as Asked
    expect(told.instanceId).toBe(id)
    expect(new Set(told.described)).toEqual(new Set(ids))
    expect(told.accessKeyId).toMatch(/^ASIA/)
    expect(JSON.parse(told.document)).toMatchObject({ instanceId: id })
    expect(await findSigner(told)).toMatchObject({ id: 1, region: 'local' })
  }
})

test('an instance without a token is told nothing, and finds nothing else near that address', async () => {
  const [id = ''] = await launch()
  const ask = (...args: readonly string[]) => exec(id, ['/bin/busybox', 'wget', '-q', ...args])
  const metadata = 'http://169.254.169.254/latest/meta-data/instance-id'
  await expect(ask('-O', '-', metadata)).rejects.toThrow('401')
  await expect(ask('-O', '-', 'http://169.254.169.254:8080/')).rejects.toThrow(
    /refused|timed out|prohibited|unreachable|no route/i,
  )
  await expect(ask('-O', '-', TOKEN)).rejects.toThrow('401')
})

type Asked = {
  readonly instanceId: string
  readonly document: string
  readonly signature: Hex
  readonly accessKeyId: string
  readonly described: readonly string[]
}

/** Returns what the chain knows of whoever signed an identity: anybody can, who is shown one. */
async function findSigner({ document, signature }: Asked) {
  const signer = await recoverMessageAddress({ message: document, signature })
  const transport = http(`http://127.0.0.1:${PORT_BASE}`)
  const ledger = createLedger({ chain: nexqloudLocal, transport })
  return readMasternodeOfSigner(ledger, parseAddress(signer))
}

/** Launches two, and returns their ids once they run. */
async function launch(IamInstanceProfile?: { readonly Name: string }): Promise<readonly string[]> {
  const { Instances = [] } = await root.ec2.runInstances({
    ImageId: image.image,
    InstanceType: 't3.micro',
    MinCount: 2,
    MaxCount: 2,
    ...(IamInstanceProfile && { IamInstanceProfile }),
  })
  const ids = Instances.map(({ InstanceId = '' }) => InstanceId)
  const states = async () => {
    const { Reservations = [] } = await root.ec2.describeInstances({ InstanceIds: ids })
    return Reservations.flatMap((each) => each.Instances ?? []).map(({ State }) => State?.Name)
  }
  await expect.poll(states, soon).toEqual(['running', 'running'])
  return ids
}

/** Runs a command in an instance, and returns what it writes. */
async function exec(id: string, command: readonly string[]): Promise<string> {
  const args = [main, 'exec', '--data', data, id, ...command]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return stdout
}

/** Returns clients of the account that `up` has written a profile for. */
function readClients(): Clients {
  const lines = readFileSync(profileFileOf(data), 'utf8').split('\n')
  const said = Object.fromEntries(lines.map((line) => line.split(' = ')))
  return createClients({
    endpoint: said['endpoint_url'],
    region: said['region'],
    credentials: {
      accessKeyId: said['aws_access_key_id'],
      secretAccessKey: said['aws_secret_access_key'],
    },
  })
}
