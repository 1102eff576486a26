/**
 * A program for the inside of an instance, which knows nothing of it: AWS's own SDK finds the metadata, a key and the endpoint by itself. It prints what it found.
 * Of the files that it has loaded it prints the names instead, where `LIST_FILES` is set: an image is made of them.
 */

import { createRequire } from 'node:module'

import { EC2 } from '@aws-sdk/client-ec2'

const METADATA = 'http://169.254.169.254/latest'

if (process.env['LIST_FILES'] === undefined)
  process.stdout.write(`${JSON.stringify(await ask())}\n`)
else process.stdout.write(JSON.stringify(await listFiles()))

async function ask() {
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
  const asked = await fetch(`${METADATA}/api/token`, { method: 'PUT', headers })
  const token = await asked.text()
  const tell = async (path: string): Promise<string> => {
    const shown = { headers: { 'x-aws-ec2-metadata-token': token } }
    return (await fetch(`${METADATA}/${path}`, shown)).text()
  }
  const region = await tell('meta-data/placement/region')
  const client = new EC2({ region })
  const { accessKeyId } = await client.config.credentials()
  const { Reservations = [] } = await client.describeInstances({})
  return {
    instanceId: await tell('meta-data/instance-id'),
    document: await tell('dynamic/instance-identity/document'),
    signature: await tell('dynamic/instance-identity/signature'),
    accessKeyId,
    described: Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId }) => InstanceId),
    ),
  }
}

/** Has all of it loaded, which the SDK does as late as it can: nobody answers here. */
async function listFiles(): Promise<readonly string[]> {
  const endpoint = 'http://127.0.0.1:9'
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = endpoint
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const common = { region: 'local', endpoint, maxAttempts: 1 }
  for (const own of [{}, { credentials }]) {
    await new EC2({ ...common, ...own }).describeInstances({}).catch(() => {})
  }
  return Object.keys(createRequire(import.meta.url).cache)
}
