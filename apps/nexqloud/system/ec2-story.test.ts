import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { EC2, paginateDescribeInstances, waitUntilInstanceRunning } from '@aws-sdk/client-ec2'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { createUserKey } from '../../../packages/ssh/test/scene.ts'
import { boto3Story } from './boto3-story.ts'
import { findEc2Obstacle, openEc2Lab, type Ec2Lab } from './ec2-lab.ts'
import { openTenant } from './ec2-tenant.ts'
import { terraformStory } from './terraform-story.ts'
import { findTerraform } from './terraform.ts'

/** AWS's own clients before a network whose containers run on a real Docker. */

const PORT_BASE = 31_450
const late = { timeout: 120_000, interval: 100 }
const soon = { timeout: 30_000, interval: 100 }

const missing = await findEc2Obstacle()
let lab: Ec2Lab

beforeAll(async () => {
  if (missing === undefined) lab = await openEc2Lab(PORT_BASE)
})
afterAll(async () => {
  if (missing === undefined) await lab.close()
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})

const instance = z.object({
  InstanceId: z.string(),
  InstanceType: z.string(),
  State: z.object({ Name: z.string() }),
  PublicIpAddress: z.string().optional(),
  PrivateIpAddress: z.string().optional(),
})
const launched = z.object({ Instances: z.tuple([instance]) })
const described = z.object({ Reservations: z.array(launched) })

async function describe(id: string): Promise<z.output<typeof instance>> {
  const told = described.parse(await lab.aws('ec2', 'describe-instances', '--instance-ids', id))
  const [first] = told.Reservations
  if (first === undefined) throw new TypeError(`${id} is not told of.`)
  return first.Instances[0]
}

/** Its own waiter looks every fifteen seconds: it is asked once there is nothing left to wait for. */
async function waitUntil(state: string, id: string): Promise<void> {
  await expect.poll(async () => (await describe(id)).State.Name, late).toBe(state)
  await lab.aws('ec2', 'wait', `instance-${state}`, '--instance-ids', id)
}

async function createGroup(name: string, port: number): Promise<string> {
  const named = ['--group-name', name, '--description', 'a story']
  const { GroupId } = z
    .object({ GroupId: z.string() })
    .parse(await lab.aws('ec2', 'create-security-group', ...named))
  await lab.aws('ec2', 'authorize-security-group-ingress', ...ruleOf(GroupId, port))
  return GroupId
}

const ruleOf = (groupId: string, port: number): readonly string[] =>
  options({ groupId, protocol: 'tcp', port: String(port), cidr: '0.0.0.0/0' })

/** Returns options as the AWS CLI is given them. */
function options(wanted: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(wanted).flatMap(([name, value]) => [
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ])
}

/** Returns how often the container of an instance was started again. */
async function restartsOf(id: string): Promise<string> {
  const what = 'jsonpath={.status.containerStatuses[0].restartCount}'
  const args = ['--kubeconfig', lab.up.kubeconfig, 'get', 'pod', id, '-o', what]
  const { stdout } = await promisify(execFile)('kubectl', args)
  return stdout
}

/** Returns what a page says; nothing where nobody answers. */
async function ask(address: string, path = '/'): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(5000)
    const response = await fetch(`http://${address}${path}`, {
      signal,
      headers: { connection: 'close' },
    })
    return await response.text()
  } catch {
    return undefined
  }
}

test('the AWS CLI launches a container that its user data has set up, and closes and opens its ports', async () => {
  const group = await createGroup('web', 80)
  const script = join(lab.folder, 'setup.sh')
  writeFileSync(
    script,
    '#!/bin/sh\necho set up by $(id -un 2>/dev/null || id -u)\necho made >> /app/made\n',
  )
  const tags = 'ResourceType=instance,Tags=[{Key=Name,Value=first},{Key=team,Value=web}]'
  const {
    Instances: [{ InstanceId: id, State }],
  } = launched.parse(
    await lab.aws(
      'ec2',
      'run-instances',
      ...options({
        imageId: lab.image,
        instanceType: 't3.micro',
        securityGroupIds: group,
        userData: `file://${script}`,
        tagSpecifications: tags,
        clientToken: 'once',
      }),
    ),
  )
  expect(State.Name).toBe('pending')
  await waitUntil('running', id)
  const { PublicIpAddress: address = '' } = await describe(id)
  await expect.poll(() => ask(address, '/made'), soon).toBe('made\n')
  await expect
    .poll(() => lab.aws('ec2', 'get-console-output', '--instance-id', id), soon)
    .toMatchObject({ Output: expect.stringContaining('set up by') })

  await lab.aws('ec2', 'revoke-security-group-ingress', ...ruleOf(group, 80))
  await expect.poll(() => ask(address), { timeout: 2000, interval: 50 }).toBeUndefined()
  await lab.aws('ec2', 'authorize-security-group-ingress', ...ruleOf(group, 80))
  await expect.poll(() => ask(address), soon).toBeDefined()

  await lab.aws('ec2', 'reboot-instances', '--instance-ids', id)
  await expect.poll(() => restartsOf(id), soon).toBe('1')
  expect((await describe(id)).State.Name).toBe('running')
  // What was written stays, and is not written again.
  await expect.poll(() => ask(address, '/made'), soon).toBe('made\n')

  await lab.aws('ec2', 'stop-instances', '--instance-ids', id)
  await waitUntil('stopped', id)
  const resized = ['--instance-id', id, '--instance-type', 't3.small']
  await lab.aws('ec2', 'modify-instance-attribute', ...resized)
  await lab.aws('ec2', 'start-instances', '--instance-ids', id)
  await waitUntil('running', id)
  expect(await describe(id)).toMatchObject({ InstanceType: 't3.small', PublicIpAddress: address })
  // Its container is a new one, and was set up again.
  await expect.poll(() => ask(address, '/made'), soon).toBe('made\n')

  const elastic = z
    .object({ PublicIp: z.string(), AllocationId: z.string() })
    .parse(await lab.aws('ec2', 'allocate-address'))
  const { AllocationId: allocation } = elastic
  const both = ['--instance-id', id, '--allocation-id', allocation]
  await lab.aws('ec2', 'associate-address', ...both)
  await expect.poll(() => ask(elastic.PublicIp), soon).toBeDefined()
  expect(await ask(address)).toBeUndefined()

  await lab.aws('ec2', 'terminate-instances', '--instance-ids', id)
  await waitUntil('terminated', id)
  await lab.aws('ec2', 'release-address', '--allocation-id', allocation)
  expect(await ask(elastic.PublicIp)).toBeUndefined()
})

test('ssh enters by a created and an imported key of the account, as long as there is one, and by no other', async () => {
  const group = await createGroup('way-in', 22)
  const made = await lab.aws('ec2', 'create-key-pair', ...options({ keyName: 'made' }))
  const { KeyMaterial } = z.object({ KeyMaterial: z.string() }).parse(made)
  const own = createUserKey()
  const imported = { keyName: 'mine', publicKeyMaterial: own.line }
  await lab.aws('ec2', 'import-key-pair', ...options(imported))
  // Another account has a pair of the same name.
  const foreign = createUserKey()
  const PublicKeyMaterial = Buffer.from(foreign.line)
  const payer = privateKeyToAccount(generatePrivateKey())
  const { endpoint, region, ...credentials } = await openTenant(lab, { namespace: 'other', payer })
  const other = new EC2({ endpoint, region, credentials })
  await other.importKeyPair({ KeyName: 'made', PublicKeyMaterial })
  other.destroy()

  const [first, second] = await Promise.all(
    ['made', 'mine'].map(async (keyName) => {
      const wanted = { imageId: lab.image, keyName, securityGroupIds: group }
      const {
        Instances: [{ InstanceId: id }],
      } = launched.parse(await lab.aws('ec2', 'run-instances', ...options(wanted)))
      await waitUntil('running', id)
      const { PublicIpAddress: address = '' } = await describe(id)
      return { id, enter: (key: string) => enter(key, address) }
    }),
  )
  if (first === undefined || second === undefined) throw new TypeError('Two are launched.')
  await expect.poll(() => first.enter(KeyMaterial), soon).toEqual(entered)
  await expect.poll(() => second.enter(own.private), soon).toEqual(entered)
  expect(await first.enter(own.private)).toEqual(refused)
  expect(await second.enter(KeyMaterial)).toEqual(refused)
  expect(await first.enter(foreign.private)).toEqual(refused)

  await lab.aws('ec2', 'delete-key-pair', '--key-name', 'made')
  await expect.poll(() => first.enter(KeyMaterial), soon).toEqual(refused)
  await lab.aws('ec2', 'terminate-instances', '--instance-ids', first.id, second.id)
})

const entered = { code: 3, said: 'inside\n' }
const refused = { code: 255, said: '' }

/** Runs a command by OpenSSH; 255 is its own word for not having come in. */
function enter(
  key: string,
  address: string,
): Promise<{ readonly code: number; readonly said: string }> {
  const file = join(mkdtempSync(join(lab.folder, 'key-')), 'key')
  writeFileSync(file, key, { mode: 0o600 })
  const settings = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
  const args = ['-i', file, ...settings.flatMap((each) => ['-o', each]), `ec2-user@${address}`]
  return new Promise((resolve) => {
    const child = execFile('ssh', [...args, 'echo inside; exit 3'], (_, said) =>
      resolve({ code: child.exitCode ?? 1, said }),
    )
  })
}

test('a program of boto3 launches by a template, finds by tags, and terminates', async () => {
  const file = join(lab.folder, 'story.py')
  writeFileSync(file, boto3Story)
  const run = promisify(execFile)
  const { stdout } = await run(lab.python.program, [file, lab.image], { env: lab.env })
  expect(stdout.trim().split('\n')).toEqual(['running t3.nano', 'found 1', 'terminated'])
})

test('a program of the JavaScript SDK launches two, pages through them, and terminates them', async () => {
  // It reads the profile of its process's environment, as any program does.
  vi.stubEnv('AWS_CONFIG_FILE', lab.env['AWS_CONFIG_FILE'])
  const client = new EC2({})
  const { Instances = [] } = await client.runInstances({
    ImageId: lab.image,
    InstanceType: 't3.nano',
    MinCount: 2,
    MaxCount: 2,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'by', Value: 'sdk' }] }],
  })
  const InstanceIds = Instances.flatMap(({ InstanceId }) => InstanceId ?? [])
  await waitUntilInstanceRunning({ client, maxWaitTime: 60, minDelay: 1 }, { InstanceIds })
  const pages = paginateDescribeInstances(
    { client, pageSize: 5 },
    { Filters: [{ Name: 'tag:by', Values: ['sdk'] }] },
  )
  const seen: string[] = []
  for await (const { Reservations = [] } of pages) {
    seen.push(
      ...Reservations.flatMap((each) => each.Instances ?? []).map((one) => one.InstanceId ?? ''),
    )
  }
  expect(seen.toSorted()).toEqual(InstanceIds.toSorted())
  const { TerminatingInstances = [] } = await client.terminateInstances({ InstanceIds })
  expect(TerminatingInstances.map(({ CurrentState }) => CurrentState?.Name)).toEqual([
    'shutting-down',
    'shutting-down',
  ])
  client.destroy()
})

test('Terraform applies, finds nothing to change, changes, and destroys', async (context) => {
  const terraform = findTerraform(lab.folder)
  if ('missing' in terraform) throw context.skip(terraform.missing)
  const folder = join(lab.folder, 'terraform')
  mkdirSync(folder)
  const write = (size: string): void =>
    writeFileSync(join(folder, 'main.tf'), terraformStory(lab.image, size))
  const run = promisify(execFile)
  const call = async (...args: readonly string[]): Promise<string> => {
    const env = { ...lab.env, ...terraform.env }
    const { stdout } = await run(terraform.program, [...args, '-no-color'], { cwd: folder, env })
    return stdout
  }
  write('t3.nano')
  await call('init')
  await call('apply', '-auto-approve')
  const { value: address } = z
    .object({ value: z.string() })
    .parse(JSON.parse(await call('output', '-json')).address)
  await expect.poll(() => ask(address), soon).toBeDefined()
  expect(await call('plan', '-detailed-exitcode')).toContain('No changes.')
  write('t3.micro')
  expect(await call('apply', '-auto-approve')).toContain('0 added, 2 changed, 0 destroyed')
  expect(await call('plan', '-detailed-exitcode')).toContain('No changes.')
  expect(await call('destroy', '-auto-approve')).toContain('Destroy complete!')
})
