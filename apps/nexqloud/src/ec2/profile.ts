import { join } from 'node:path'

import { makePrivateFolder, readIfPresent, replaceFile } from '../whole-file.ts'
import type { RootKeyAnswer } from './root-key-request.ts'

/** Returns the file that AWS's clients are shown: `AWS_CONFIG_FILE`. */
export function profileFileOf(dataFolder: string): string {
  return join(dataFolder, 'aws', 'config')
}

/** Writes the profile by which AWS's clients find a masternode: it holds a secret, and is read by its owner alone. */
export async function writeProfile(
  dataFolder: string,
  endpoint: string,
  { region, accessKeyId, secretAccessKey }: RootKeyAnswer,
): Promise<string> {
  const file = profileFileOf(dataFolder)
  await makePrivateFolder(join(dataFolder, 'aws'))
  const text = [
    '[default]',
    `region = ${region}`,
    `endpoint_url = ${endpoint}`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    '',
  ].join('\n')
  await replaceFile({ file, text })
  return file
}

/** Whether there is a profile of an endpoint. */
export async function hasProfile(dataFolder: string, endpoint: string): Promise<boolean> {
  const text = await readIfPresent(profileFileOf(dataFolder))
  return text?.split('\n').includes(`endpoint_url = ${endpoint}`) ?? false
}
