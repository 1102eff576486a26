import { dataFolderOf } from '../data-folder.ts'
import { askForRootKey } from '../ec2/ask-for-root-key.ts'
import { Ec2NotRunningError } from '../ec2/errors.ts'
import { writeProfile } from '../ec2/profile.ts'
import { readDoors } from '../endpoints.ts'
import { printResult } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { openSender } from '../transaction/sender.ts'

/** What `nexqloud account aws` was asked. */
export type ProfileOptions = SendOptions & {
  readonly namespace?: string
  readonly endpoint?: string
}

/** Makes an access key of an account's root, and writes the profile by which AWS's clients use it. */
export async function writeAwsProfile(options: ProfileOptions, shell: Shell): Promise<void> {
  const folder = dataFolderOf(options.data, shell)
  const endpoint = options.endpoint ?? (await readDoors(folder)).ec2
  if (endpoint === undefined) throw new Ec2NotRunningError(folder)
  const { namespace = 'default' } = options
  const session = await openSession(options, shell)
  const { account } = await openSender(session, options)
  const asking = { endpoint, namespace, account, chainId: session.chain.id, clock: shell.clock }
  const key = await askForRootKey(asking)
  const file = await writeProfile(folder, endpoint, key)
  const { accountId, region, accessKeyId } = key
  printResult(
    {
      document: { accountId, region, endpoint, accessKeyId, file },
      lines: [
        `Account ${accountId}, key ${accessKeyId}. AWS's clients find it with:`,
        `  export AWS_CONFIG_FILE=${file}`,
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}
